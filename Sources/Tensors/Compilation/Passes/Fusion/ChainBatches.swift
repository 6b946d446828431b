import Arrays

extension Graph {
  /// Gathers products of batches, and the loops over tiles that read their results, into chains that
  /// run matrix by matrix.
  package mutating func chainBatches() {
    var chainer = BatchChainer(self)
    if chainer.run() { instructions = chainer.chained() }
  }
}

private struct BatchChainer {
  private let graph: Graph
  private let uses: GraphUses
  private var units: Units
  /// The steps of each unit that is a chain.
  private var chains: [Int: Chain] = [:]
  /// The instructions that read or write each value as a part of a chain.
  private var neighbours: [Int: [Int]] = [:]

  private struct Chain {
    let count: Int
    var steps: [Int: BatchChain.Step]

    /// The steps in the order of their instructions, and those of another one.
    func joined(_ other: [Int: BatchChain.Step], in graph: Graph) -> BatchChain? {
      let steps = steps.merging(other) { first, _ in first }.sorted { $0.key < $1.key }
      return BatchChain(count: count, steps.map(\.value), in: graph)
    }
  }

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    units = Units(Dependencies(graph))
  }

  /// Finds the chains; false where there are none.
  mutating func run() -> Bool {
    for (number, instruction) in graph.instructions.enumerated() {
      switch instruction.operation {
      case .batchedProduct:
        let count = instruction.outputs[0].layout.shape.dropLast(2).reduce(1, *)
        chains[number] = Chain(count: count, steps: [number: .product(instruction, target: nil)])
        for other in candidates(instruction, number) { join(units.unit[number], to: other) }
      case .fused(let fusion):
        guard case .tiles(let loop) = fusion.kind, place(loop, instruction, number) else {
          continue
        }
      default: continue
      }
      for value in instruction.inputs.map(\.value) + instruction.outputs.map(\.value) {
        neighbours[value, default: []].append(number)
      }
    }
    return chains.values.contains { $0.steps.count > 1 }
  }

  /// The chains that have a value in common with an instruction, the latest first.
  private func candidates(_ instruction: Graph.Instruction, _ number: Int) -> [Int] {
    let found = instruction.inputs.flatMap { neighbours[$0.value] ?? [] }.map { units.unit[$0] }
    return Set(found).sorted(by: >).filter { $0 != number && chains[$0] != nil }
  }

  /// Makes one chain a part of an earlier one, if they fit.
  private mutating func join(_ unit: Int, to other: Int) {
    guard unit != other, let first = chains[other], let last = chains[unit],
      first.count == last.count, first.joined(last.steps, in: graph) != nil,
      units.canMerge(other, unit)
    else { return }
    units.merge(unit, into: other)
    chains[other]?.steps.merge(last.steps) { first, _ in first }
    chains[unit] = nil
  }

  /// Makes a loop a step of a chain whose products it reads; false where it fits none.
  private mutating func place(
    _ loop: TileLoop, _ instruction: Graph.Instruction, _ number: Int
  ) -> Bool {
    for other in candidates(instruction, number) where units.canMerge(other, number) {
      guard let chain = chains[other] else { continue }
      for case .product(let product, _) in chain.steps.values {
        let result = product.outputs[0]
        guard instruction.inputs.contains(where: { $0.value == result.value }),
          let step = BatchChain.step(loop, over: result.layout, count: chain.count),
          chain.joined([number: step], in: graph) != nil
        else { continue }
        units.merge(number, into: other)
        chains[other]?.steps[number] = step
        return true
      }
    }
    return false
  }

  func chained() -> [Graph.Instruction] {
    units.order().map { unit in
      guard let steps = chains[unit], let chain = steps.joined([:], in: graph) else {
        return graph.instructions[unit]
      }
      return steps.steps.count > 1
        ? instruction(chain, unit) : graph.instructions[unit]
    }
  }

  private func instruction(_ plain: BatchChain, _ unit: Int) -> Graph.Instruction {
    let parts = units.members[unit].map { graph.instructions[$0] }
    let outputs = parts.flatMap(\.outputs)
    let chain = plain.withTargets(outputs, uses, in: graph)
    let hidden = chain.hidden
    let instructions = parts.flatMap { part in
      if case .fused(let fusion) = part.operation { fusion.instructions } else { [part] }
    }
    return Graph.Instruction(
      .fused(Fusion(.batches(chain), instructions)), units.outerInputs(of: unit, in: graph),
      outputs.filter { !hidden.contains($0.value) })
  }
}
