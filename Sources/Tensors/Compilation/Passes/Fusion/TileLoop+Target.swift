import Arrays

extension TileLoop {
  /// An output of the loop that lies as a product's result does and is written where that is read
  /// last, so that the result may lie in its memory before; nil where there is none, or the loop
  /// reads the result in another order, or not at all.
  func target(
    for result: Graph.Output, among outputs: [Graph.Output], in graph: Graph
  ) -> Int? {
    let free = Set(
      outputs.filter { $0.predecessor == nil && graph.values[$0.value].dataType == .float32 }
        .map(\.value))
    let reads = members.flatMap { $0.inputs.filter { $0.value == result.value } }
    guard let order = reads.first?.strides, !order.contains(0),
      result.layout.count == space.count
    else { return nil }
    func isInOrder(_ walk: TileWalk) -> Bool { walk.offset == 0 && walk.strides == order }
    guard reads.allSatisfy(isInOrder),
      let last = members.lastIndex(where: { $0.inputs.contains { $0.value == result.value } })
    else { return nil }
    return members[last...].first {
      free.contains($0.output.value) && !$0.instruction.operation.folds && isInOrder($0.output)
    }?.output.value
  }
}
