import Arrays

/// What `compile` finds in the trees that it is given, in the order of the walk.
enum Leaf {
  /// Whether nothing else refers to the array.
  case tensor(NDArray, isUnique: Bool)
  case number(Double)
  /// Seed and position.
  case random(UInt64, UInt64)
}

/// Reads the leaves of arguments and writes down everything else on which a trace depends.
final class LeafReader: TensorVisitor {
  /// Whether numbers are read; otherwise the key alone is, also of a tree that was traced.
  private let readsNumbers: Bool
  var leaves: [Leaf] = []
  /// Shapes, element types, and the values that are no tensors.
  var key: [UInt64] = []

  init(readsNumbers: Bool = true) { self.readsNumbers = readsNumbers }

  override var notesValues: Bool { true }
  override var reachesEverything: Bool { true }

  override func note(_ word: UInt64) { key.append(word) }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    let isUnique = isKnownUniquelyReferenced(&tensor.array)
    let array = tensor.array
    let lengths = array.layout.shape.lengths
    // The role tells a constant from a parameter, which gradients do.
    key.append(
      UInt64(array.dataType.rawValue) | UInt64(lengths.count) << 8
        | (role == .constant ? 1 << 62 : 0))
    for length in lengths { key.append(UInt64(length)) }
    leaves.append(.tensor(array, isUnique: isUnique))
  }

  override func visit(_ number: inout Number, name: String) {
    key.append(1 << 60)
    if readsNumbers { leaves.append(.number(number.value)) }
  }

  override func visit(_ source: inout RandomSource, name: String) {
    key.append(1 << 61)
    if readsNumbers { leaves.append(.random(source.seed, source.position)) }
  }

  func reset() {
    leaves.removeAll(keepingCapacity: true)
    key.removeAll(keepingCapacity: true)
  }
}

/// Puts arguments of a trace in the place of the leaves of a tree.
final class LeafTracer: TensorVisitor {
  private let trace: Trace

  init(_ trace: Trace) { self.trace = trace }

  override var reachesEverything: Bool { true }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor = Tensor(trace.addInput(tensor.shape, tensor.dataType))
  }

  override func visit(_ number: inout Number, name: String) {
    number = Number(traced: Tensor(trace.addInput([], .float64)))
  }

  override func visit(_ source: inout RandomSource, name: String) {
    source = RandomSource(state: Tensor(trace.addInput([2], .int64)))
  }
}

/// Makes the leaves of a tree that a traced function has left the results of its trace.
final class ResultTracer: TensorVisitor {
  private let trace: Trace
  /// The number of the argument whose place the next leaf takes; nil for results proper.
  private var argument: Int?

  init(_ trace: Trace, replacingFrom argument: Int?) {
    self.trace = trace
    self.argument = argument
  }

  override var reachesEverything: Bool { true }

  private func add(_ array: NDArray) {
    trace.addResult(array, replacing: argument)
    if let number = argument { argument = number + 1 }
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    add(tensor.array)
  }

  override func visit(_ number: inout Number, name: String) { add(number.tensor().array) }

  override func visit(_ source: inout RandomSource, name: String) { add(source.state.array) }
}

/// Puts the results of a run in the place of the leaves of a tree.
final class LeafWriter: TensorVisitor {
  private let results: [NDArray]
  private var next: Int

  init(_ results: [NDArray], from first: Int = 0) {
    self.results = results
    next = first
  }

  override var reachesEverything: Bool { true }

  private func takeNext() -> NDArray {
    next += 1
    return results[next - 1]
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor = Tensor(takeNext())
  }

  override func visit(_ number: inout Number, name: String) {
    number = Number(Tensor(takeNext()).item())
  }

  override func visit(_ source: inout RandomSource, name: String) {
    source = RandomSource(state: Tensor(takeNext()))
  }
}
