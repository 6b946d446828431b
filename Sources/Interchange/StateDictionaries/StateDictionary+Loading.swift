import Arrays
import Tensors

extension TensorTree {
  /// Gives parameters and buffers the tensors of their names.
  ///
  /// Everything is checked before anything changes: where the dictionary does not fit, the model stays
  /// as it was.
  ///
  ///     try model.load(weights, renaming: { $0.hasPrefix("head.") ? nil : $0 }, strict: false)
  ///
  /// - Parameters:
  ///   - state: Tensors by name, of the model's shapes and element types.
  ///   - renaming: The model's name of a name of `state`; nil leaves that tensor out. By default names
  ///     are the same.
  ///   - ties: Names of the model, each with the name (after renaming) whose tensor it shares where
  ///     `state` has none of its own, as `["decoder.weight": "embedding.weight"]`.
  ///   - strict: Whether every name of the model must be in `state`, and every name of `state` in the
  ///     model. Otherwise what is missing stays as it is. The random streams of layers may always be
  ///     missing.
  ///   - convertingTypes: Whether tensors of other element types are converted to the model's.
  /// - Returns: What was loaded, and what did not fit.
  /// - Throws: `StateMismatch`, with a report of all names that do not fit.
  @discardableResult
  public mutating func load(
    _ state: [String: Tensor], renaming: (String) -> String? = { $0 }, ties: [String: String] = [:],
    strict: Bool = true, convertingTypes: Bool = false
  ) throws(StateMismatch) -> StateReport {
    let candidates = state.sorted { $0.key < $1.key }.map { name, tensor in
      StateMatch.Candidate(
        name: name, shape: tensor.shape, dataType: tensor.dataType,
        typeName: "\(tensor.dataType)")
    }
    let match = StateMatch(
      candidates, to: namedState, ties: ties, renaming: renaming, converts: convertingTypes)
    guard match.report.fits(strict: strict) else {
      throw StateMismatch(source: "the state dictionary", report: match.report)
    }
    replace(match) { state[$0] }
    return match.report
  }

  /// Gives parameters and buffers the tensors that a safetensors file has under their names.
  ///
  ///     try model.load(contentsOf: "model.safetensors")
  ///
  /// Names, shapes and element types are checked by the file's header, before any tensor is read; only
  /// tensors that the model has are read, and only when all of them are there does the model change.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - renaming: As for a dictionary.
  ///   - ties: As for a dictionary. Names that the file's metadata ties to others, as PyTorch's
  ///     `save_model` writes them, count too.
  ///   - strict: As for a dictionary.
  ///   - convertingTypes: As for a dictionary.
  /// - Returns: What was loaded, and what did not fit.
  /// - Throws: `LoadError` when the file cannot be read or does not fit the model.
  @discardableResult
  public mutating func load(
    contentsOf path: String, renaming: (String) -> String? = { $0 }, ties: [String: String] = [:],
    strict: Bool = true, convertingTypes: Bool = false
  ) throws(LoadError) -> StateReport {
    let file: SafeTensors
    do throws(InterchangeError) {
      file = try SafeTensors(contentsOf: path)
    } catch {
      throw .file(error)
    }
    return try load(
      file, renaming: renaming, ties: ties, strict: strict, convertingTypes: convertingTypes)
  }

  /// Gives parameters and buffers the tensors that an open safetensors file has under their names;
  /// otherwise as `load(contentsOf:renaming:ties:strict:convertingTypes:)`.
  @discardableResult
  public mutating func load(
    _ file: SafeTensors, renaming: (String) -> String? = { $0 }, ties: [String: String] = [:],
    strict: Bool = true, convertingTypes: Bool = false
  ) throws(LoadError) -> StateReport {
    let candidates = file.entries.map { entry in
      StateMatch.Candidate(
        name: entry.name, shape: entry.shape, dataType: entry.elementType.dataType,
        typeName: entry.elementType.dataType?.description ?? entry.elementType.rawValue)
    }
    var allTies: [String: String] = [:]
    for (name, other) in file.metadata where file[other] != nil {
      if let name = renaming(name), let other = renaming(other) { allTies[name] = other }
    }
    allTies.merge(ties) { $1 }
    let match = StateMatch(
      candidates, to: namedState, ties: allTies, renaming: renaming, converts: convertingTypes)
    guard match.report.fits(strict: strict) else {
      throw .mismatch(StateMismatch(source: file.file, report: match.report))
    }
    let tensors = try file.tensors(named: Set(match.assignments.map(\.source)))
    replace(match) { tensors[$0] }
    return match.report
  }

  /// Tied places share one tensor.
  private mutating func replace(_ match: StateMatch, _ tensor: (String) -> Tensor?) {
    var replacements: [String: Tensor] = [:]
    for assignment in match.assignments {
      guard let found = tensor(assignment.source)?.detached() else { continue }
      let converted = found.dataType == assignment.dataType ? found : found.to(assignment.dataType)
      // A view would keep all of what it shows a part of, and slow down what reads it.
      replacements[assignment.target] = Tensor(converted.array.compacted())
    }
    visitTensors(StateReplacer(replacements))
  }
}

extension SafeTensors {
  fileprivate func tensors(named names: Set<String>) throws(LoadError) -> [String: Tensor] {
    do throws(InterchangeError) {
      return try read(entries.filter { names.contains($0.name) })
    } catch {
      throw .file(error)
    }
  }
}
