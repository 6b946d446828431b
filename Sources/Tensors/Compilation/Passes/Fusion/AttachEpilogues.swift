import Arrays
import CPUBackend

/// A loop over tiles that follows each block of a product, over the rows and columns of its result.
package struct ProductLoop: Sendable {
  let loop: TileLoop
  /// The value in whose memory the product's result lies until the loop replaces it; nil where it
  /// has memory of its own.
  let target: Int?
}

extension Graph {
  /// Lets a loop over tiles that reads a product's result run on each block of it, as soon as it is
  /// there: bias, activation, residual, gradients of activations, sums over rows.
  package mutating func attachEpilogues() {
    var attacher = EpilogueAttacher(self)
    if attacher.run() { instructions = attacher.attached() }
  }
}

private struct EpilogueAttacher {
  private let graph: Graph
  private let uses: GraphUses
  private var units: Units
  /// The loop that follows each product, by the product's number.
  private var followers: [Int: (number: Int, loop: TileLoop)] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    units = Units(Dependencies(graph))
  }

  /// Finds the loops; false where there are none.
  mutating func run() -> Bool {
    for (number, instruction) in graph.instructions.enumerated() {
      guard case .product = instruction.operation else { continue }
      let result = instruction.outputs[0]
      guard graph.coversAll(result.layout, of: result.value), result.layout.strides[1] == 1,
        uses.successor[result.value] == nil
      else { continue }
      for reader in Set(uses.readers[result.value]).sorted() where units.members[reader] == [reader]
      {
        if let loop = loop(of: reader, following: instruction), units.canMerge(number, reader) {
          units.merge(reader, into: number)
          followers[number] = (reader, loop)
          break
        }
      }
    }
    return !followers.isEmpty
  }

  /// The loop of an instruction over the blocks of a product; nil where it does not run so.
  private func loop(of reader: Int, following product: Graph.Instruction) -> TileLoop? {
    guard case .fused(let fusion) = graph.instructions[reader].operation,
      case .tiles(let plain) = fusion.kind
    else { return nil }
    let result = product.outputs[0]
    guard let loop = plain.over(rows: result.layout.shape[0], columns: result.layout.shape[1])
    else { return nil }
    let walk = result.layout.strides
    let readsWhole = loop.members.allSatisfy { member in
      member.inputs.allSatisfy {
        $0.value != result.value || $0.offset == 0 && $0.strides == walk
      }
    }
    if !readsWhole || loop.needsWholeRows && !PackedProduct(product).hasWholeRows {
      return nil
    }
    return loop
  }

  func attached() -> [Graph.Instruction] {
    units.order().map { unit in
      let product = graph.instructions[unit]
      guard let (number, loop) = followers[unit] else { return product }
      return joined(unit, graph.instructions[number], loop)
    }
  }

  private func joined(
    _ unit: Int, _ follower: Graph.Instruction, _ loop: TileLoop
  ) -> Graph.Instruction {
    let product = graph.instructions[unit]
    let result = product.outputs[0]
    let isRead = uses.isResult[result.value] || Set(uses.readers[result.value]).count > 1
    let target = isRead ? nil : loop.target(for: result, among: follower.outputs, in: graph)
    let outputs = (isRead || target == nil ? product.outputs : []) + follower.outputs
    guard case .fused(let fusion) = follower.operation else { return product }
    return Graph.Instruction(
      .fused(
        Fusion(.product(ProductLoop(loop: loop, target: target)), [product] + fusion.instructions)),
      units.outerInputs(of: unit, in: graph), outputs)
  }
}
