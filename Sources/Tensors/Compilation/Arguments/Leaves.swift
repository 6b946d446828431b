import Arrays

/// Reads the leaves of the trees that `compile` is given, in the order of the walk, and writes down
/// everything else on which a trace depends.
final class LeafReader: TensorVisitor {
  /// Whether numbers are read; otherwise the key alone is, also of a tree that was traced.
  private let readsNumbers: Bool
  /// The leaves that are tensors; nil in the place of a number or a random source.
  private(set) var arrays: [NDArray?] = []
  /// Whether nothing else refers to a leaf's array.
  private(set) var isUnique: [Bool] = []
  /// Two words a leaf: the bits of a number, or the seed and the position of a random source.
  var words: [UInt64] = []
  /// Shapes, element types, and the values that are no tensors.
  private(set) var key: [UInt64] = []

  init(readsNumbers: Bool = true) { self.readsNumbers = readsNumbers }

  override var notesValues: Bool { true }
  override var reachesEverything: Bool { true }

  override func note(_ word: UInt64) { key.append(word) }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    // Outside of gradient closures it says nothing.
    if tensor.node != nil { tensor.node = nil }
    let isUnique = isKnownUniquelyReferenced(&tensor.array)
    let array = tensor.array
    let shape = array.layout.shape
    // The role tells a constant from a parameter, which gradients do.
    key.append(
      UInt64(array.dataType.rawValue) | UInt64(shape.rank) << 8
        | (role == .constant ? 1 << 62 : 0))
    for length in shape { key.append(UInt64(length)) }
    if readsNumbers { add(array, isUnique, 0, 0) }
  }

  override func visit(_ number: inout Number, name: String) {
    key.append(1 << 60)
    if readsNumbers { add(nil, false, number.value.bitPattern, 0) }
  }

  override func visit(_ source: inout RandomSource, name: String) {
    key.append(1 << 61)
    if readsNumbers { add(nil, false, source.seed, source.position) }
  }

  private func add(_ array: NDArray?, _ isUnique: Bool, _ first: UInt64, _ second: UInt64) {
    arrays.append(array)
    self.isUnique.append(isUnique)
    words.append(first)
    words.append(second)
  }

  /// Forgets all, but keeps the memory for it.
  func reset() {
    arrays.removeAll(keepingCapacity: true)
    isUnique.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
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
final class ResultWriter: TensorVisitor {
  private let results: [NDArray]
  private var next = 0

  init(_ results: [NDArray]) { self.results = results }

  override var reachesEverything: Bool { true }

  private func takeNext() -> Tensor {
    next += 1
    return Tensor(results[next - 1])
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor = takeNext()
  }

  override func visit(_ number: inout Number, name: String) { number = Number(takeNext().item()) }

  override func visit(_ source: inout RandomSource, name: String) {
    source = RandomSource(state: takeNext())
  }
}
