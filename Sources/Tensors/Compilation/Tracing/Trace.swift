import Arrays
import CKernels

/// What a thread's operations are recorded in while `compile` traces a function.
///
/// Arrays are recognized by their roots: each root that has memory is a constant of the graph, each
/// abstract one a place whose contents change from value to value.
///
/// The body of a loop has a trace inside that of what surrounds it, and reads what it captures as
/// further arguments.
package final class Trace {
  package private(set) var graph = Graph()
  /// What is known of each root; holding the root keeps its identity from being used again.
  private var places: [ObjectIdentifier: (root: NDArray, value: Int)] = [:]
  private let parent: Trace?
  /// The roots of surrounding traces that are read here, in the order of the arguments that stand for
  /// them.
  package private(set) var captured: [NDArray] = []
  private let firstNumber = Node.nextNumber()
  /// The buffers older than the trace whose next values may have changed, and those before.
  private var noted: [(slot: BufferSlot, next: Tensor?)] = []

  /// A trace, or one of a part of what `parent` records.
  package init(inside parent: Trace? = nil) { self.parent = parent }

  /// The trace of the calling thread, if it traces.
  @inline(__always)
  package static var current: Trace? {
    guard let pointer = ThreadState.pointer.pointee.trace else { return nil }
    return Unmanaged<Trace>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Whether the calling thread traces.
  @inline(__always)
  package static var isActive: Bool { ThreadState.pointer.pointee.trace != nil }

  /// Runs `body` with this trace recording the thread's operations.
  package func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) {
      try Trace.with(Unmanaged.passUnretained(self).toOpaque(), body)
    }
  }

  /// Runs `body`, whose operations on known numbers run at once.
  package static func suspended<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Trace.with(nil, body)
  }

  /// Writes down what a buffer's next value is before it changes.
  func noteChange(of slot: BufferSlot) {
    if slot.number < firstNumber && !noted.contains(where: { $0.slot === slot }) {
      noted.append((slot, slot.next))
    }
  }

  /// Gives the buffers around the trace back what was their next value before it, as a tensor of
  /// the trace must not leave it.
  ///
  /// - Returns: Those that had another one.
  func restoreBuffers() -> [BufferSlot] {
    let changed = noted.filter { $0.slot.next?.array !== $0.next?.array }
    for (slot, next) in changed { slot.restore(next) }
    return changed.map(\.slot)
  }

  private static func with<Result>(
    _ trace: UnsafeMutableRawPointer?, _ body: () throws -> Result
  ) rethrows -> Result {
    let state = ThreadState.pointer
    let previous = state.pointee.trace
    state.pointee.trace = trace
    defer { state.pointee.trace = previous }
    return try body()
  }

  // MARK: Building

  /// An abstract array that stands for the next argument.
  package func addInput(_ shape: Shape, _ dataType: DataType) -> NDArray {
    let array = NDArray.abstract(Layout(contiguous: shape), dataType)
    let value = graph.values.count
    graph.values.append(Graph.Value(array.layout, dataType, .input(graph.inputs.count)))
    graph.inputs.append(value)
    places[ObjectIdentifier(array)] = (array, value)
    return array
  }

  /// The view that an array is of a value.
  package func operand(_ array: NDArray) -> Graph.Operand {
    let root = array.root
    if let place = places[ObjectIdentifier(root)] {
      return Graph.Operand(place.value, array.layout)
    }
    if root.isAbstract && root.count > 0 { return Graph.Operand(capture(root), array.layout) }
    // Nobody writes what has no elements.
    let known = root.isAbstract ? NDArray(allocated: root.layout, root.dataType) : root
    let value = graph.values.count
    graph.values.append(Graph.Value(root.layout, root.dataType, .constant(known)))
    places[ObjectIdentifier(root)] = (root, value)
    return Graph.Operand(value, array.layout)
  }

  private func knows(_ root: NDArray) -> Bool {
    places[ObjectIdentifier(root)] != nil || parent?.knows(root) ?? false
  }

  /// The value of an argument that stands for a surrounding trace's array.
  private func capture(_ root: NDArray) -> Int {
    guard let parent, parent.knows(root) else {
      stop(
        "compile: a tensor of another trace is used; tensors of a step live in it alone, and those "
          + "of a loop's body leave it as its carry or its output")
    }
    let value = graph.values.count
    graph.values.append(
      Graph.Value(root.layout, root.dataType, .input(graph.inputs.count)))
    graph.inputs.append(value)
    captured.append(root)
    places[ObjectIdentifier(root)] = (root, value)
    return value
  }

  /// Records that an array's contents change: from `predecessor`'s where `keepsContents`.
  private func output(_ array: NDArray, changes: Bool) -> Graph.Output {
    let root = array.root
    if !root.isAbstract { stop("compile: numbers that are known would change in the step") }
    if captured.contains(where: { $0 === root }) {
      stop("compile: a loop's body would change a tensor around it; make it a part of the carry")
    }
    let key = ObjectIdentifier(root)
    let isWhole = array.layout === root.layout || array.layout == root.layout
    let predecessor = changes || !isWhole ? places[key]?.value : nil
    let value = graph.addValue(root.layout, root.dataType)
    places[key] = (root, value)
    return Graph.Output(value, array.layout, after: predecessor)
  }

  /// Adds an instruction. `changed` outputs start from what they hold.
  package func add(
    _ operation: Operation, _ inputs: [NDArray], into outputs: [NDArray], changed: Bool = false
  ) {
    let operands = inputs.map { operand($0) }
    let results = outputs.map { output($0, changes: changed) }
    graph.instructions.append(Graph.Instruction(operation, operands, results))
  }

  /// Makes an array a result of the graph, in the place of an argument where it takes one.
  package func addResult(_ array: NDArray, replacing argument: Int?) {
    var result = operand(array)
    if result.layout != graph.values[result.value].layout || !result.layout.isContiguous {
      let whole = NDArray.abstract(Layout(contiguous: array.shape), array.dataType)
      add(.copy, [array], into: [whole])
      result = operand(whole)
    }
    graph.results.append(result.value)
    graph.replaced.append(argument)
  }
}

extension Tensor {
  /// In a compiled step the same numbers as a value of its own, there once `others` are: what is
  /// computed of it is computed then, even where the same was computed of this tensor before. Elsewhere
  /// this tensor.
  func waiting(for others: [Tensor]) -> Tensor {
    guard let trace = Trace.current, count > 0, others.contains(where: \.isTraced) else {
      return self
    }
    let renewed = NDArray.abstract(Layout(contiguous: shape), dataType)
    trace.add(.copy, [array], into: [renewed])
    for other in others where other.isTraced {
      trace.add(.wait, [other.array], into: [renewed], changed: true)
    }
    return Tensor(renewed)
  }
}
