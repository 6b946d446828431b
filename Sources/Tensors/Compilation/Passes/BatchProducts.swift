import Arrays
import CPUBackend

extension Graph {
  /// Makes products of batches of small matrices, as attention has them, products of our own: they
  /// read and write matrices where they lie, and take factors of an operand or of the result along.
  ///
  /// A factor is rounded into the right operand, whichever it belongs to, so that results differ
  /// from those of a separate multiplication by rounding. One whose result is only copied transposed
  /// computes the transpose.
  package mutating func batchProducts() {
    var batcher = ProductBatcher(self)
    batcher.run()
    self = batcher.batched()
    removeDeadCode()
  }
}

private struct ProductBatcher {
  private var graph: Graph
  private let uses: GraphUses
  private var isDropped: [Bool]

  /// Beyond matrices of so many elements, libraries are as fast.
  private static let mostPacked = 1 << 18
  private static let leastWork = 1 << 9
  private static let leastBatches = 4
  /// Factors between which products neither overflow nor lose digits to underflow that the separate
  /// multiplication would keep, save for numbers beyond float32's range by as much.
  private static let factors: ClosedRange<Float> = 1e-4...1e4

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    isDropped = Array(repeating: false, count: graph.instructions.count)
  }

  mutating func run() {
    for number in graph.instructions.indices {
      guard let product = batchedProduct(graph.instructions[number]) else { continue }
      graph.instructions[number] = product
      foldResultFactor(number)
      exchangeWhereTransposed(number)
      for place in 0..<2 { foldOperandFactor(number, place) }
    }
  }

  func batched() -> Graph {
    var graph = graph
    graph.instructions = zip(graph.instructions, isDropped).filter { !$0.1 }.map(\.0)
    return graph
  }

  private func batchedProduct(_ instruction: Graph.Instruction) -> Graph.Instruction? {
    guard instruction.operation == .matmul(hasBias: false),
      graph.dataType(instruction.inputs[0]) == .float32,
      instruction.outputs[0].predecessor == nil
    else { return nil }
    var product = instruction
    product.operation = .batchedProduct(scale: 1)
    return runs(product) ? product : nil
  }

  /// Whether a product is one that our own kernels compute, and well.
  private func runs(_ instruction: Graph.Instruction) -> Bool {
    let (a, b, c) = (
      instruction.inputs[0].layout, instruction.inputs[1].layout, instruction.outputs[0].layout
    )
    // A matrix that all share meets the rows of all at once, elsewhere.
    guard b.strides.dropLast(2).contains(where: { $0 != 0 }),
      let product = PackedProduct(a, b, into: c, scale: 1)
    else { return false }
    return product.batches.outer * product.batches.inner >= ProductBatcher.leastBatches
      && product.m * product.n * product.k >= ProductBatcher.leastWork
      && product.k * product.n <= ProductBatcher.mostPacked
  }

  // MARK: Factors

  private mutating func multiply(_ number: Int, by factor: Double) -> Bool {
    guard case .batchedProduct(let present) = graph.instructions[number].operation else {
      return false
    }
    let scale = present * Float(factor)
    if !ProductBatcher.factors.contains(abs(scale)) { return false }
    graph.instructions[number].operation = .batchedProduct(scale: scale)
    return true
  }

  private mutating func foldResultFactor(_ number: Int) {
    let result = graph.instructions[number].outputs[0]
    guard uses.isReadOnce(result.value), uses.successor[result.value] == nil,
      let reader = uses.readers[result.value].first, graph.isWhole(result)
    else { return }
    let scaling = graph.instructions[reader]
    guard case .unary(.scale(let factor)) = scaling.operation,
      scaling.inputs[0].layout == result.layout, scaling.outputs[0].layout == result.layout,
      graph.isWhole(scaling.outputs[0]), multiply(number, by: factor)
    else { return }
    graph.instructions[number].outputs = scaling.outputs
    isDropped[reader] = true
  }

  private mutating func foldOperandFactor(_ number: Int, _ place: Int) {
    let operand = graph.instructions[number].inputs[place]
    let writer = uses.writer[operand.value]
    guard writer >= 0, !isDropped[writer] else { return }
    let scaling = graph.instructions[writer]
    guard case .unary(.scale(let factor)) = scaling.operation,
      uses.successor[scaling.inputs[0].value] == nil, graph.isWhole(scaling.outputs[0]),
      let layout = operand.layout.moved(
        from: scaling.outputs[0].layout, to: scaling.inputs[0].layout)
    else { return }
    var product = graph.instructions[number]
    product.inputs[place] = Graph.Operand(scaling.inputs[0].value, layout)
    if runs(product), multiply(number, by: factor) {
      graph.instructions[number].inputs = product.inputs
    }
  }

  // MARK: Transposes

  /// Computes cᵀ = bᵀ · aᵀ where that is what others copy.
  private mutating func exchangeWhereTransposed(_ number: Int) {
    var product = graph.instructions[number]
    let (result, rank) = (product.outputs[0], product.outputs[0].layout.rank)
    let readers = uses.readers[result.value]
    guard !readers.isEmpty, !uses.isResult[result.value], uses.successor[result.value] == nil,
      graph.values[result.value].layout == result.layout, result.layout.isContiguous
    else { return }
    product.inputs = product.inputs.reversed().map {
      Graph.Operand($0.value, $0.layout.lastAxesExchanged)
    }
    let exchanged = result.layout.lastAxesExchanged.shape
    let layout = Layout(contiguous: exchanged)
    product.outputs[0].layout = layout
    guard runs(product), result.layout.shape[rank - 1] > 1 else { return }
    var moved: [(reader: Int, layout: Layout)] = []
    for reader in readers {
      let instruction = graph.instructions[reader]
      guard instruction.operation == .copy,
        instruction.inputs[0].layout.strides.last == result.layout.strides[rank - 2],
        let view = instruction.inputs[0].layout.moved(
          from: result.layout, to: layout.lastAxesExchanged)
      else { return }
      moved.append((reader, view))
    }
    graph.instructions[number] = product
    graph.values[result.value].layout = layout
    for (reader, view) in moved { graph.instructions[reader].inputs[0].layout = view }
  }
}
