import Arrays
import Tensors

/// Which tensor of a source goes to which place of a model: found by names, shapes and element types
/// alone, before any number is read or changed.
struct StateMatch {
  /// What a source says of a tensor.
  struct Candidate {
    let name: String
    let shape: Shape
    /// nil where no tensor can have this type.
    let dataType: DataType?
    /// The type under the source's name for it.
    let typeName: String
  }

  struct Assignment {
    /// The name in the model.
    let target: String
    /// The name in the source.
    let source: String
    /// The type that the model has.
    let dataType: DataType
  }

  private(set) var assignments: [Assignment] = []
  private(set) var report = StateReport()

  /// Matches `candidates` with the state of a model. `ties` names, for names of the model, those whose
  /// tensor they take where they have none of their own.
  init(
    _ candidates: [Candidate], to state: [(name: String, tensor: Tensor)], ties: [String: String],
    renaming: (String) -> String?, converts: Bool
  ) {
    var byName: [String: Candidate] = [:]
    for candidate in candidates {
      guard let name = renaming(candidate.name) else { continue }
      if byName[name] == nil {
        byName[name] = candidate
      } else {
        report.conflicting.append(candidate.name)
      }
    }
    var used: Set<String> = []
    for (name, tensor) in state {
      let place = byName[name] == nil ? ties[name] ?? name : name
      if let candidate = byName[place] {
        used.insert(place)
        assign(candidate, to: name, tensor, converts)
      } else if isRandomState(name) {
        report.keptRandomStates.append(name)
      } else {
        report.missing.append(name)
      }
    }
    report.unexpected = byName.filter { !used.contains($0.key) }.map(\.value.name).sorted()
  }

  private mutating func assign(
    _ candidate: Candidate, to name: String, _ tensor: Tensor, _ converts: Bool
  ) {
    if candidate.shape != tensor.shape {
      report.misshaped.append(
        .init(name: name, found: Name.shown("\(candidate.shape)"), expected: "\(tensor.shape)"))
    } else if candidate.dataType != tensor.dataType && !(converts && candidate.dataType != nil) {
      report.mistyped.append(
        .init(name: name, found: candidate.typeName, expected: "\(tensor.dataType)"))
    } else {
      report.loaded.append(name)
      assignments.append(
        Assignment(target: name, source: candidate.name, dataType: tensor.dataType))
    }
  }
}
