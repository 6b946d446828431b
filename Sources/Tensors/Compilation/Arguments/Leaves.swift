import Arrays

/// Reads the leaves of the trees that `compile` is given, in the order of the walk, and writes down
/// everything else on which a trace depends.
final class LeafReader: TensorVisitor {
  /// Whether numbers are read; otherwise the key alone is, also of a tree that was traced.
  private let readsNumbers: Bool
  /// The leaves, and the key: shapes, element types, and the values that are no tensors.
  let table = UnsafeMutablePointer<LeafTable>.allocate(capacity: 1)

  init(readsNumbers: Bool = true) {
    self.readsNumbers = readsNumbers
    table.initialize(to: LeafTable())
  }

  deinit {
    table.deinitialize(count: 1)
    table.deallocate()
  }

  override var notesValues: Bool { true }
  override var reachesEverything: Bool { true }

  /// A copy of the key.
  var key: [UInt64] {
    Array(UnsafeBufferPointer(start: table.pointee.key, count: table.pointee.keyCount))
  }

  override func note(_ word: UInt64) { table.pointee.note(word) }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    // Outside of gradient closures it says nothing.
    if tensor.node != nil { tensor.node = nil }
    let isUnique = isKnownUniquelyReferenced(&tensor.array)
    let shape = tensor.array.layout.shape
    // The role tells a constant from a parameter, which gradients do.
    note(
      UInt64(tensor.array.dataType.rawValue) | UInt64(shape.rank) << 8
        | (role == .constant ? 1 << 62 : 0))
    for axis in 0..<shape.rank { note(UInt64(shape[axis])) }
    if readsNumbers {
      table.pointee.add(
        LeafTable.Leaf(
          array: Unmanaged.passUnretained(tensor.array), isUnique: isUnique, words: (0, 0)))
    }
  }

  override func visit(_ number: inout Number, name: String) {
    note(1 << 60)
    if readsNumbers { add(number.value.bitPattern, 0) }
  }

  override func visit(_ source: inout RandomSource, name: String) {
    note(1 << 61)
    if readsNumbers { add(source.seed, source.position) }
  }

  private func add(_ first: UInt64, _ second: UInt64) {
    table.pointee.add(LeafTable.Leaf(array: nil, isUnique: false, words: (first, second)))
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
