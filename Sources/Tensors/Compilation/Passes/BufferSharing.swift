import Arrays

/// Which values of a graph lie in one buffer: a value takes over the memory of another where its
/// instruction changes that one in place, or computes element by element what only it reads last.
package struct BufferSharing {
  struct Buffer {
    /// The instructions between which the buffer is in use; −1 for what is there at the start.
    var first: Int
    var last: Int
    var byteCount: Int
    /// The argument whose memory this is.
    var input: Int?
    var isConstant = false
  }

  private(set) var buffers: [Buffer] = []
  /// The buffer of each value; nil where nobody writes or reads it.
  private(set) var buffer: [Int?]
  private(set) var copies: [Int: [MemoryPlan.Copy]] = [:]

  private let graph: Graph
  /// The values whose memory an output of the instruction in hand has taken.
  private var taken: Set<Int> = []
  /// The last instruction that reads each value; one past all of them for results.
  private var lastRead: [Int]
  /// The argument that each value replaces as a result.
  private var replaces: [Int: Int] = [:]
  /// Whether a value stays until the next call.
  private var isKept: [Bool]
  /// The arguments whose memory may be written.
  private var isWritable: [Bool]

  package init(_ graph: Graph) {
    self.graph = graph
    buffer = Array(repeating: nil, count: graph.values.count)
    lastRead = Array(repeating: -1, count: graph.values.count)
    isKept = Array(repeating: false, count: graph.values.count)
    for kept in graph.kept { isKept[kept.value] = true }
    let newValues = graph.newValues
    isWritable = newValues.map { $0 != nil }
    for (number, instruction) in graph.instructions.enumerated() {
      for value in instruction.reads { lastRead[value] = number }
    }
    for kept in graph.kept where kept.renewed == nil {
      lastRead[kept.value] = graph.instructions.count
    }
    for result in graph.results { lastRead[result] = graph.instructions.count }
    for (argument, value) in newValues.enumerated() {
      if let value { replaces[value] = argument }
    }
    run()
  }

  /// A value for each buffer, the same for all values that lie in it.
  var representatives: [Int] {
    var first: [Int: Int] = [:]
    return buffer.enumerated().map { value, buffer in
      guard let buffer else { return value }
      if let known = first[buffer] { return known }
      first[buffer] = value
      return value
    }
  }

  private mutating func run() {
    for (number, input) in graph.inputs.enumerated() {
      let value = graph.values[input]
      buffer[input] = add(Buffer(first: -1, last: -1, byteCount: value.byteCount, input: number))
    }
    for (number, instruction) in graph.instructions.enumerated() {
      for input in instruction.inputs { use(input.value, at: number) }
      taken.removeAll(keepingCapacity: true)
      for output in instruction.outputs { place(output, of: instruction, at: number) }
    }
    for result in graph.results { use(result, at: graph.instructions.count) }
    for kept in graph.kept {
      guard let index = buffer[kept.value] else { continue }
      buffers[index].first = -1
      buffers[index].last = graph.instructions.count
    }
  }

  private mutating func add(_ buffer: Buffer) -> Int {
    buffers.append(buffer)
    return buffers.count - 1
  }

  private mutating func use(_ value: Int, at number: Int) {
    if buffer[value] == nil {
      // Only constants are read before anybody wrote them.
      buffer[value] = add(
        Buffer(first: -1, last: -1, byteCount: 0, isConstant: true))
    }
    if let index = buffer[value] { buffers[index].last = max(buffers[index].last, number) }
  }

  private mutating func place(
    _ output: Graph.Output, of instruction: Graph.Instruction, at number: Int
  ) {
    // Another part of the value is there already.
    if buffer[output.value] != nil { return use(output.value, at: number) }
    if let predecessor = output.predecessor {
      use(predecessor, at: number)
      // Of several outputs that start from one value only the first can do so in its memory.
      let first = instruction.outputs.first { $0.predecessor == predecessor }
      if canTakeOver(predecessor, at: number), first?.value == output.value,
        !instruction.inputs.contains(where: { $0.value == predecessor })
      {
        return join(output.value, to: predecessor, at: number)
      }
      copies[number, default: []].append(
        MemoryPlan.Copy(source: predecessor, destination: output.value))
    } else if let source = memoryToReuse(for: output, of: instruction, at: number) {
      taken.insert(source)
      return join(output.value, to: source, at: number)
    }
    buffer[output.value] = add(
      Buffer(first: number, last: number, byteCount: graph.values[output.value].byteCount))
  }

  private mutating func join(_ value: Int, to other: Int, at number: Int) {
    guard let index = buffer[other] else { return }
    buffer[value] = index
    buffers[index].last = max(buffers[index].last, number)
  }

  /// Whether the memory of a value may be written by an instruction.
  private func canTakeOver(_ value: Int, at number: Int) -> Bool {
    guard lastRead[value] <= number, let index = buffer[value], !buffers[index].isConstant else {
      return false
    }
    if let input = buffers[index].input { return isWritable[input] }
    return true
  }

  /// A value whose memory the output of an element-wise instruction may take: that of the state
  /// which it replaces, otherwise an operand's that is read here last.
  private func memoryToReuse(
    for output: Graph.Output, of instruction: Graph.Instruction, at number: Int
  ) -> Int? {
    let value = graph.values[output.value]
    // What is kept may stand in nothing that the next call writes.
    guard output.layout == value.layout, !isKept[output.value] else { return nil }
    func isAlike(_ operand: Graph.Operand) -> Bool {
      let other = graph.values[operand.value]
      return operand.layout == other.layout && operand.layout == value.layout
        && other.dataType.byteCount == value.dataType.byteCount
        && !taken.contains(operand.value)
        && instruction.writes(output.value, after: operand.value)
        && instruction.inputs.allSatisfy {
          $0.value != operand.value || $0.layout == operand.layout
        }
    }
    var operands = instruction.inputs
    if case .fused(let fusion) = instruction.operation,
      case .convolution(let convolution) = fusion.kind, convolution.result.value != output.value
    {
      let result = convolution.result
      operands.insert(Graph.Operand(result.value, result.layout), at: 0)
    }
    let candidates = operands.filter {
      isAlike($0) && canTakeOver($0.value, at: number)
    }.map(\.value)
    if let argument = replaces[output.value], candidates.contains(graph.inputs[argument]) {
      return graph.inputs[argument]
    }
    // The memory of other state is left to what replaces that.
    return candidates.first { buffer[$0].map { buffers[$0].input == nil } ?? false }
  }

  /// The buffers that are no part of the arena, and the results that must be copied at the end.
  func settled() -> (places: [MemoryPlan.Place?], commits: [MemoryPlan.Commit]) {
    var places: [MemoryPlan.Place?] = buffers.map { buffer in
      buffer.isConstant ? .constant : buffer.input.map { .input($0) }
    }
    var commits: [MemoryPlan.Commit] = []
    for (number, result) in graph.results.enumerated() {
      guard let index = buffer[result] else { continue }
      if let argument = graph.replaced[number] {
        if result == graph.inputs[argument] || places[index] == .input(argument) { continue }
        let lastUse = buffer[graph.inputs[argument]].map { buffers[$0].last } ?? -1
        if places[index] == nil, lastUse < buffers[index].first {
          places[index] = .input(argument)
          continue
        }
      } else if places[index] == nil {
        places[index] = .result(number)
        continue
      }
      commits.append(MemoryPlan.Commit(value: result, result: number))
    }
    return (places, commits)
  }
}

extension Graph.Instruction {
  /// Whether each element of an output is written after all that is read of the element at its
  /// place in an operand of the same layout, so that it may be written there.
  func writes(_ output: Int, after operand: Int) -> Bool {
    switch operation {
    case .unary, .binary, .select: return true
    case .fused(let fusion):
      switch fusion.kind {
      case .tiles: break
      case .convolution(let convolution):
        // Other parts still read what a convolution multiplies.
        if convolution.convolution.reads.contains(operand) { return false }
      default: return false
      }
      guard
        let writer = fusion.instructions.firstIndex(where: { $0.outputs[0].value == output }),
        let reader = fusion.instructions.lastIndex(where: { $0.reads.contains(operand) })
      else { return false }
      return writer >= reader && !fusion.instructions[writer].operation.folds
    default: return false
    }
  }
}
