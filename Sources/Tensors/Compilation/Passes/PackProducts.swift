import Arrays
import CPUBackend

extension Graph {
  /// Lets products read their right operand packed, where that pays: where several products read
  /// the same one, or where it is an argument's and stays packed from call to call. See `KeptValue`.
  ///
  /// `keeps` says whether the plan's memory stays between calls.
  package mutating func packProducts(keeps: Bool) {
    var packer = ProductPacker(self, keeps: keeps)
    packer.run()
    self = packer.graph
  }
}

private struct ProductPacker {
  var graph: Graph
  private let keeps: Bool
  private let uses: GraphUses
  private let newValues: [Int?]
  private let settled: SettledValues
  private let original: [Graph.Instruction]
  /// The packed value of each operand, once it is there.
  private var packed: [Graph.Operand: Int] = [:]
  /// How many products read an operand that can be packed, and how many rows they have together.
  private var readers: [Graph.Operand: (count: Int, rows: Int)] = [:]
  /// The packs that are made again of a state's new contents, by the value that these are.
  private var renewals: [Int: [Graph.Instruction]] = [:]

  init(_ graph: Graph, keeps: Bool) {
    self.graph = graph
    self.keeps = keeps
    uses = GraphUses(graph)
    newValues = graph.newValues
    settled = SettledValues(graph, uses)
    original = graph.instructions
  }

  mutating func run() {
    let old = graph.instructions
    for instruction in old where canPack(instruction) {
      readers[instruction.inputs[1], default: (0, 0)].count += 1
      readers[instruction.inputs[1], default: (0, 0)].rows += instruction.inputs[0].layout.shape[0]
    }
    graph.instructions = []
    graph.instructions.reserveCapacity(old.count)
    for (number, instruction) in old.enumerated() {
      if canPack(instruction), let value = packedOperand(of: instruction, at: number) {
        var product = instruction
        if case .matmul(let hasBias) = instruction.operation {
          product.operation = .product(hasBias: hasBias)
        }
        product.inputs[1] = graph.whole(value)
        graph.instructions.append(product)
      } else {
        graph.instructions.append(instruction)
      }
      renew(after: instruction)
    }
  }

  /// Adds what packs the new contents of state that an instruction has changed; as a part of the
  /// instruction where that is an update.
  private mutating func renew(after instruction: Graph.Instruction) {
    let packs = instruction.outputs.flatMap { renewals.removeValue(forKey: $0.value) ?? [] }
    if packs.isEmpty { return }
    guard let updates = instruction.updates, packs.allSatisfy({ isWholeMatrix($0.inputs[0]) })
    else {
      graph.instructions += packs
      return
    }
    graph.instructions[graph.instructions.count - 1] = Graph.Instruction(
      .fused(Fusion(.updates, updates + packs)), instruction.inputs,
      instruction.outputs + packs.flatMap(\.outputs))
  }

  /// Whether an operand is all of a row-major matrix, or its transpose.
  private func isWholeMatrix(_ operand: Graph.Operand) -> Bool {
    let whole = graph.values[operand.value].layout
    guard whole.rank == 2, whole.isContiguous, operand.layout.offset == 0 else { return false }
    let (rows, columns) = (whole.shape[0], whole.shape[1])
    return switch PlainOrder(operand.layout) {
    case .rowMajor(let stride): stride == columns && operand.layout.shape == whole.shape
    case .transposed(let stride): stride == columns && operand.layout.shape == [columns, rows]
    case nil: false
    }
  }

  /// Whether an instruction is a product of float32 matrices whose operands lie as packed products
  /// read them well.
  private func canPack(_ instruction: Graph.Instruction) -> Bool {
    guard case .matmul(let hasBias) = instruction.operation,
      graph.dataType(instruction.inputs[0]) == .float32
    else { return false }
    let (a, b, c) = (
      instruction.inputs[0].layout, instruction.inputs[1].layout, instruction.outputs[0].layout
    )
    guard a.rank == 2, b.rank == 2, c.rank == 2 else { return false }
    if hasBias, instruction.inputs[2].layout.strides != [1] { return false }
    func hasPackableRows(_ layout: Layout) -> Bool {
      layout.strides[1] == 1 && (layout.shape[0] == 1 || layout.strides[0] >= layout.shape[1])
    }
    return graph.hasWorkToPack(instruction) && hasPackableRows(a) && hasPackableRows(c)
      && PlainOrder(b) != nil
  }

  private mutating func packedOperand(of instruction: Graph.Instruction, at number: Int) -> Int? {
    let operand = instruction.inputs[1]
    if let value = packed[operand] { return value }
    guard let (count, rows) = readers[operand], rows >= Graph.leastRowsToPack else { return nil }
    var argument = keeps ? argument(of: operand, at: number) : nil
    if let known = argument, newValues[known] != nil, isDear(operand, rows: instruction) {
      argument = nil
    }
    let copied = keeps ? copiedArguments(of: operand) : nil
    if argument == nil && copied == nil && count < 2 { return nil }
    let shape = PackedShape(depth: operand.layout.shape[0], columns: operand.layout.shape[1])
    let layout = Layout(contiguous: [shape.count])
    let value = graph.addValue(layout, .float32)
    packed[operand] = value
    graph.instructions.append(
      Graph.Instruction(.pack(shape), [operand], [Graph.Output(value, layout)]))
    if let argument {
      keep(value, of: operand, argument, shape)
    } else if let copied {
      graph.kept.append(Graph.KeptValue(value: value, arguments: copied, renewed: nil))
    }
    return value
  }

  /// The argument, one that stays as it is, of which an operand is a rearranged copy.
  private func copiedArguments(of operand: Graph.Operand) -> [Int]? {
    let number = uses.writer[operand.value]
    guard number >= 0, case .copy = original[number].operation,
      case .input = graph.values[original[number].inputs[0].value].origin
    else { return nil }
    return settled.arguments(of: operand.value)
  }

  /// Packing a weight again after each update that comes from memory, not from the cache, costs more
  /// than a few rows gain.
  private static let largestForFewRows = 4 << 20
  private static let manyRows = 1024

  private func isDear(_ operand: Graph.Operand, rows instruction: Graph.Instruction) -> Bool {
    operand.layout.count * MemoryLayout<Float>.stride > ProductPacker.largestForFewRows
      && instruction.inputs[0].layout.shape[0] < ProductPacker.manyRows
  }

  /// The number of the argument of which an operand is a view.
  private func argument(of operand: Graph.Operand, at number: Int) -> Int? {
    guard case .input(let argument) = graph.values[operand.value].origin else { return nil }
    // What is read after it changed would be packed again too late.
    if let successor = uses.successor[operand.value],
      uses.readers[operand.value].contains(where: { $0 >= successor })
    {
      return nil
    }
    return argument
  }

  private mutating func keep(
    _ value: Int, of operand: Graph.Operand, _ argument: Int, _ shape: PackedShape
  ) {
    var kept = Graph.KeptValue(value: value, arguments: [argument], renewed: nil)
    if let result = newValues[argument], uses.writer[result] >= 0,
      graph.values[result].layout == graph.values[operand.value].layout
    {
      let layout = graph.values[value].layout
      let renewed = graph.addValue(layout, .float32)
      kept.renewed = renewed
      renewals[result, default: []].append(
        Graph.Instruction(
          .pack(shape), [Graph.Operand(result, operand.layout)],
          [Graph.Output(renewed, layout, after: value)]))
    }
    graph.kept.append(kept)
  }
}

extension Graph {
  /// Fewer rows, of all products together, read too little of what is packed.
  static let leastRowsToPack = 4
  /// Fewer multiplications cost less than a call.
  private static let leastWorkToPack = 1 << 15

  /// Whether a product of matrices has enough work to gain by a packed right operand.
  func hasWorkToPack(_ product: Instruction) -> Bool {
    let (a, b) = (product.inputs[0].layout.shape, product.inputs[1].layout.shape)
    return a[0] * a[1] * b[1] >= Graph.leastWorkToPack
  }

  /// Whether a product of matrices gains by a packed right operand though no other reads it.
  func isWorthPacking(_ product: Instruction) -> Bool {
    product.inputs[0].layout.shape[0] >= Graph.leastRowsToPack && hasWorkToPack(product)
  }
}

extension Graph.Instruction {
  /// The updates that an instruction runs as one loop, or can; nil where it is something else.
  fileprivate var updates: [Graph.Instruction]? {
    switch operation {
    case .fused(let fusion):
      if case .updates = fusion.kind { return fusion.instructions }
      return nil
    default: return isPlainUpdate ? [self] : nil
    }
  }
}
