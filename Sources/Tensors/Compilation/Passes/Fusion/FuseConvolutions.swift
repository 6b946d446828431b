import Arrays
import CPUBackend

extension Graph {
  /// Lets convolutions finish their parts: a ReLU runs in the convolution's own loop; means and
  /// variances of its channels, and the loop over tiles that reads its result first, run on each
  /// part while it is in the cache.
  package mutating func fuseConvolutions() {
    var fuser = ConvolutionFuser(self)
    fuser.run()
    instructions = fuser.fused()
  }
}

private struct ConvolutionFuser {
  private let graph: Graph
  private let uses: GraphUses
  private var units: Units
  private var fusions: [Int: ConvolutionFusion] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    units = Units(Dependencies(graph))
  }

  mutating func run() {
    for (number, instruction) in graph.instructions.enumerated().reversed() {
      guard case .convolve(let direction, _, _) = instruction.operation,
        direction != .backwardWeight
      else { continue }
      fuse(number, ConvolutionFusion(instruction))
    }
  }

  /// Gathers what follows a convolution.
  private mutating func fuse(_ number: Int, _ plain: ConvolutionFusion) {
    var fusion = plain
    let value = fusion.result.value
    if let activation = onlyReader(of: value), let output = activationOutput(activation, of: fusion)
    {
      var active = fusion
      active.hasReLU = true
      active.result = output
      if prepared(active) != nil {
        units.merge(activation, into: number)
        fusion = active
      }
    }
    guard let convolution = prepared(fusion) else { return }
    let isMatrix = fusion.result.layout.isChannelsLast
    for reader in uses.readers[fusion.result.value] where units.unit[reader] == reader {
      let instruction = graph.instructions[reader]
      switch instruction.operation {
      case .moments(let axes):
        let isByChannel =
          isMatrix && fusion.moments == nil && instruction.inputs[0] == whole(fusion)
          && !axes.contains(1) && axes.count == fusion.result.layout.rank - 1
          && instruction.outputs.allSatisfy { $0.layout.isDense && $0.predecessor == nil }
        if isByChannel, units.canMerge(number, reader) {
          units.merge(reader, into: number)
          fusion.moments = instruction
        }
      case .fused(let inner):
        guard case .tiles(let loop) = inner.kind, fusion.loop == nil,
          follows(instruction, loop, fusion, convolution), units.canMerge(number, reader)
        else { continue }
        units.merge(reader, into: number)
        fusion.loop = loop
      default: continue
      }
    }
    fusions[number] = fusion
  }

  private func prepared(_ fusion: ConvolutionFusion) -> PreparedConvolution? {
    fusion.description(in: graph).flatMap { PreparedConvolution.cached($0) }
  }

  private func whole(_ fusion: ConvolutionFusion) -> Graph.Operand {
    Graph.Operand(fusion.result.value, fusion.result.layout)
  }

  private func onlyReader(of value: Int) -> Int? {
    uses.isReadOnce(value) ? uses.readers[value][0] : nil
  }

  /// What a loop that is nothing but a ReLU of a forward convolution's result writes.
  private func activationOutput(_ number: Int, of fusion: ConvolutionFusion) -> Graph.Output? {
    guard case .convolve(.forward, _, _) = fusion.convolution.operation,
      case .fused(let inner) = graph.instructions[number].operation, inner.instructions.count == 1,
      inner.instructions[0].operation == .unary(.relu),
      inner.instructions[0].inputs[0] == whole(fusion),
      let output = inner.instructions[0].outputs.first, output.layout == fusion.result.layout,
      graph.isWhole(output)
    else { return nil }
    return output
  }

  /// Whether a loop may run on the parts: it needs nothing else of the convolution, and walks the
  /// result in the order of memory.
  private func follows(
    _ instruction: Graph.Instruction, _ loop: TileLoop, _ fusion: ConvolutionFusion,
    _ convolution: PreparedConvolution
  ) -> Bool {
    let moments = Set(fusion.moments?.outputs.map(\.value) ?? [])
    guard loop.walks(whole(fusion)), instruction.outputs.allSatisfy({ $0.predecessor == nil }),
      !instruction.inputs.contains(where: { moments.contains($0.value) })
    else { return false }
    return PartLoop.blocks(of: loop.space, convolution) != nil
  }

  /// The instructions in a new order, each convolution with what it gathered as one.
  func fused() -> [Graph.Instruction] {
    units.order().flatMap { unit -> [Graph.Instruction] in
      let members = units.members[unit].map { graph.instructions[$0] }
      guard let fusion = fusions[unit], members.count > 1 else { return members }
      return [Graph.Instruction(fusion, members, units.outerInputs(of: unit, in: graph))]
    }
  }
}

extension Graph.Instruction {
  /// A convolution and what it gathered as one. Its result has memory also where nobody else reads
  /// it.
  fileprivate init(
    _ fusion: ConvolutionFusion, _ members: [Graph.Instruction], _ inputs: [Graph.Operand]
  ) {
    let outputs =
      [fusion.result]
      + members.flatMap(\.outputs).filter {
        $0.value != fusion.result.value && $0.value != fusion.convolution.outputs[0].value
      }
    let parts = members.flatMap { member -> [Graph.Instruction] in
      if case .fused(let inner) = member.operation { inner.instructions } else { [member] }
    }
    self.init(.fused(Fusion(.convolution(fusion), parts)), inputs, outputs)
  }
}

extension TileLoop {
  /// Whether a value, wherever it is read, is walked whole in the order of memory.
  fileprivate func walks(_ operand: Graph.Operand) -> Bool {
    let strides = [space.rows * space.columns, space.columns, 1].suffix(
      members[0].lengths.count)
    return members.allSatisfy { member in
      member.inputs.allSatisfy { walk in
        walk.value != operand.value
          || walk.offset == 0
            && zip(zip(walk.strides, strides), member.lengths).allSatisfy {
              $0.0.0 == $0.0.1 || $0.1 == 1
            }
      }
    }
  }
}
