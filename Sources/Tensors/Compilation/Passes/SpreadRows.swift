import Arrays

extension Graph {
  /// Moves the rows of some matrices apart by a line of the cache.
  ///
  /// A product that reads a matrix across its rows, as that of a weight's gradient does, walks from
  /// row to row. Where rows are a whole number of memory pages long, all that it meets on the way
  /// competes for the same few places of the first-level cache: 1024 × 2048 · 2048 × 256 takes 1.3
  /// times as long with rows of 4 KiB as with rows of 4 KiB and a line.
  package mutating func spreadRows() {
    var spreader = RowSpreader(self)
    spreader.run()
    self = spreader.graph
  }
}

private struct RowSpreader {
  var graph: Graph
  private let uses: GraphUses
  /// The instructions that read or write each value, and those values that are tied together since
  /// one starts from another's contents.
  private var users: [[Int]]
  private var family: [Int]
  /// The new layout of each value that has one.
  private var spread: [Int: Layout] = [:]

  /// What rows a first-level cache places alike, and what moves them on, in bytes.
  private static let page = 4096
  private static let line = 64

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    users = Array(repeating: [], count: graph.values.count)
    family = Array(graph.values.indices)
    for (number, instruction) in graph.instructions.enumerated() {
      for input in instruction.inputs { users[input.value].append(number) }
      for output in instruction.outputs {
        users[output.value].append(number)
        if let predecessor = output.predecessor { family[output.value] = family[predecessor] }
      }
    }
  }

  mutating func run() {
    for instruction in graph.instructions {
      guard case .matmul = instruction.operation else { continue }
      for operand in operandsReadAcross(of: instruction) { trySpreading(operand) }
    }
    for (value, layout) in spread { graph.values[value].layout = layout }
  }

  /// The operands of a product of matrices whose rows are its terms.
  private func operandsReadAcross(of product: Graph.Instruction) -> [Graph.Operand] {
    let (a, b) = (product.inputs[0], product.inputs[1])
    guard a.layout.rank == 2, b.layout.rank == 2, a.layout.strides[0] == 1,
      b.layout.strides[1] == 1
    else { return [] }
    return [a, b]
  }

  private mutating func trySpreading(_ operand: Graph.Operand) {
    let pitch = operand.layout.strides.max() ?? 0
    let size = graph.dataType(operand).byteCount
    guard graph.dataType(operand) == .float32, spread[operand.value] == nil, pitch > 0,
      pitch * size % RowSpreader.page == 0
    else { return }
    spreadRows(of: operand.value, pitch: pitch, by: RowSpreader.line / size)
  }

  /// Moves the rows of a value apart if all who read and write it can follow; and, where they can,
  /// those of a product's result that only becomes this value, so that both may lie in one place.
  private mutating func spreadRows(of value: Int, pitch: Int, by gap: Int) {
    let tied = graph.values.indices.filter { family[$0] == family[value] }
    var layouts: [Int: Layout] = [:]
    for member in tied {
      guard canMove(member), let layout = graph.values[member].layout.spread(pitch, by: gap) else {
        return
      }
      layouts[member] = layout
    }
    var changed: [(number: Int, instruction: Graph.Instruction)] = []
    for number in Set(tied.flatMap { users[$0] }).sorted() {
      guard let moved = moved(graph.instructions[number], layouts) else { return }
      changed.append((number, moved))
    }
    for (number, instruction) in changed { graph.instructions[number] = instruction }
    spread.merge(layouts) { $1 }
    for (_, writer) in changed where writer.outputs.contains(where: { $0.value == value }) {
      for input in writer.inputs where becomes(value, input, by: writer) {
        spreadRows(of: input.value, pitch: pitch, by: gap)
      }
    }
  }

  private func canMove(_ value: Int) -> Bool {
    if case .instruction = graph.values[value].origin {
      return spread[value] == nil && !uses.isResult[value]
        && graph.values[value].layout.isContiguous
        && !graph.kept.contains { $0.value == value || $0.renewed == value }
    }
    return false
  }

  /// Whether an operand is a value of the same shape that nobody but this element-wise instruction
  /// reads.
  private func becomes(
    _ value: Int, _ operand: Graph.Operand, by writer: Graph.Instruction
  ) -> Bool {
    switch writer.operation {
    case .unary, .binary, .select: break
    default: return false
    }
    return spread[operand.value] == nil && uses.isReadOnce(operand.value)
      && graph.values[operand.value].layout.count == graph.values[value].layout.count
      && graph.values[operand.value].dataType == graph.values[value].dataType
  }

  /// The instruction with its views of moved values; nil where it cannot follow.
  private func moved(
    _ instruction: Graph.Instruction, _ layouts: [Int: Layout]
  ) -> Graph.Instruction? {
    guard instruction.operation.takesAnyRows else { return nil }
    var moved = instruction
    for (index, input) in instruction.inputs.enumerated() {
      guard let layout = layouts[input.value] else { continue }
      guard let view = input.layout.moved(from: graph.values[input.value].layout, to: layout) else {
        return nil
      }
      moved.inputs[index].layout = view
    }
    for (index, output) in instruction.outputs.enumerated() {
      guard let layout = layouts[output.value] else { continue }
      guard let view = output.layout.moved(from: graph.values[output.value].layout, to: layout)
      else { return nil }
      moved.outputs[index].layout = view
    }
    return moved
  }
}

extension Operation {
  /// Whether it runs as well on matrices whose rows are apart.
  fileprivate var takesAnyRows: Bool {
    switch self {
    case .fill, .copy, .unary, .binary, .compare, .select, .reduce, .matmul: true
    default: false
    }
  }
}

extension Layout {
  /// A row-major layout with `gap` elements more from row to row, a row being `pitch` elements; nil
  /// where no axis begins there.
  fileprivate func spread(_ pitch: Int, by gap: Int) -> Layout? {
    var strides = strides
    for axis in shape.indices where strides[axis] >= pitch {
      if strides[axis] % pitch != 0 { return nil }
      strides[axis] = strides[axis] / pitch * (pitch + gap)
    }
    guard shape.indices.contains(where: { self.strides[$0] == pitch && shape[$0] > 1 }) else {
      return nil
    }
    return Layout(shape: shape, strides: strides)
  }
}
