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
    /// The values that steps read, and those that they write.
    var reads: Set<Int>
    var writes: Set<Int>

    init(_ number: Int, _ product: Graph.Instruction) {
      count = product.outputs[0].layout.shape.dropLast(2).reduce(1, *)
      steps = [number: .product(product, target: nil)]
      reads = Set(product.inputs.map(\.value))
      writes = Set(product.outputs.map(\.value))
    }

    mutating func add(_ other: Chain) {
      steps.merge(other.steps) { first, _ in first }
      reads.formUnion(other.reads)
      writes.formUnion(other.writes)
    }

    /// The values that one writes and the other reads.
    func exchanged(with other: Chain) -> Set<Int> {
      writes.intersection(other.reads).union(reads.intersection(other.writes))
    }

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
        chains[number] = Chain(number, instruction)
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

  /// Makes one chain a part of an earlier one, if they fit and are better off together.
  private mutating func join(_ unit: Int, to other: Int) {
    guard unit != other, let first = chains[other], let last = chains[unit],
      first.count == last.count, isWorthJoining(first, last),
      first.joined(last.steps, in: graph) != nil, units.canMerge(other, unit)
    else { return }
    units.merge(unit, into: other)
    chains[other]?.add(last)
    chains[unit] = nil
  }

  /// Elements of a matrix of all values together that a chain of products without much in common
  /// writes at most.
  private static let mostWritten = 1 << 16

  /// Whether two chains have reason to be one. What they write then lives at one time, which is
  /// memory for nothing unless they exchange about as much: blocks of a long attention read the same
  /// keys, and hand on sums of cotangents, but have scores of their own.
  private func isWorthJoining(_ first: Chain, _ last: Chain) -> Bool {
    func elements(_ values: Set<Int>) -> Int {
      values.reduce(0) { $0 + graph.values[$1].layout.count }
    }
    let (a, b) = (elements(first.writes), elements(last.writes))
    return a + b <= first.count * BatchChainer.mostWritten
      || min(a, b) <= 2 * elements(first.exchanged(with: last))
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
        chains[other]?.reads.formUnion(instruction.inputs.map(\.value))
        chains[other]?.writes.formUnion(instruction.outputs.map(\.value))
        // It may read the products of several.
        for further in candidates(instruction, number) { join(units.unit[other], to: further) }
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
        ? instruction(chain, units.members[unit]) : graph.instructions[unit]
    }
  }

  private func instruction(_ plain: BatchChain, _ members: [Int]) -> Graph.Instruction {
    let parts = members.map { graph.instructions[$0] }
    let outputs = parts.flatMap(\.outputs)
    let chain = plain.withTargets(outputs, uses, in: graph)
    let hidden = chain.hidden
    let instructions = parts.flatMap { part in
      if case .fused(let fusion) = part.operation { fusion.instructions } else { [part] }
    }
    return Graph.Instruction(
      .fused(Fusion(.batches(chain), instructions)), parts.outerInputs,
      outputs.filter { !hidden.contains($0.value) })
  }
}
