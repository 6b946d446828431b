import Arrays

/// Attention in blocks on the tape. Its pullback computes each block's weights again.
struct AttentionPrimitive: RecordedPrimitive {
  let call: AttentionCall
  let blocks: [AttentionScope.Block]
  /// Where the random numbers of the first block begin.
  let random: RandomSource
  /// log Σ eˢ of each query, [.., rows, 1], by block.
  let sums: [Tensor]

  var name: String { "scaledDotProductAttention" }
  var saved: SavedValues { [.inputs, .output] }

  func pullback(_ outer: PullbackCall) {
    if outer.isRecorded {
      // Somebody differentiates further: the formula tells its own derivatives.
      let (_, pullback) = valueWithPullback(of: outer.inputs) { inputs in
        var random = self.random
        return call.walk(inputs, blocks, &random, keepsSums: false).result
      }
      for (index, cotangent) in pullback(outer.cotangent).enumerated() where outer.wants(index) {
        outer.add(cotangent, to: index)
      }
      return
    }
    var backward = AttentionBackward(self, outer)
    backward.run()
    for (index, cotangent) in backward.cotangents().enumerated() {
      outer.add(cotangent, to: index)
    }
  }
}

/// The cotangents of attention, block by block from the last.
private struct AttentionBackward {
  private let primitive: AttentionPrimitive
  private let inputs: [Tensor]
  private let cotangent: Tensor
  /// Σ dy · y of each query.
  private let products: Tensor
  private let wantsMask: Bool
  private var queries: [Tensor] = []
  private var keys: BlockSums
  private var values: BlockSums
  private var mask: Tensor?

  init(_ primitive: AttentionPrimitive, _ outer: PullbackCall) {
    self.primitive = primitive
    inputs = outer.inputs
    cotangent = outer.cotangent
    products = (outer.cotangent * outer.output).sum(along: -1, keepingAxes: true)
    wantsMask = inputs.count > 3 && outer.wants(3)
    keys = BlockSums(inputs[1])
    values = BlockSums(inputs[2])
  }

  mutating func run() {
    let call = primitive.call
    let places = call.scope.bias(primitive.blocks, inputs[0].dataType)
    let scaled = inputs[0] * call.scale
    let kept = masks()
    // In a compiled step, too, one block is done before the next begins.
    var done: [Tensor] = []
    for index in primitive.blocks.indices.reversed() {
      let block = primitive.blocks[index]
      if block.keys.isEmpty {
        queries.append(inputs[0].slice(block.rows, along: -2).zerosLike())
        continue
      }
      let part = AttentionPart(inputs, queries: scaled, block, places[index], after: done)
      let dy = cotangent.slice(block.rows, along: -2).waiting(for: done)
      let weights = part.transposedWeights(primitive.sums[index])
      var slopes = matmul(part.values, dy.transposed(-2, -1))
      var used = weights
      if let kept = kept?[index]().transposed(-2, -1) {
        slopes = slopes * kept
        used = weights * kept
      }
      values.add(matmul(used, dy), at: block.keys)
      let ds =
        weights * (slopes - products.slice(block.rows, along: -2).transposed(-2, -1))
      keys.add(matmul(ds, part.queries), at: block.keys)
      let dq = matmul(ds.transposed(-2, -1), part.keys) * call.scale
      queries.append(dq)
      if wantsMask { add(ds.transposed(-2, -1), toMaskAt: block) }
      done = [dq] + keys.latest + values.latest + (mask.map { [$0] } ?? [])
    }
  }

  /// What the weights of each block were multiplied by, drawn again when asked for.
  private func masks() -> [() -> Tensor]? {
    let call = primitive.call
    if call.dropout == 0 { return nil }
    var random = primitive.random
    return primitive.blocks.map { block in
      let shape = Shape(
        inputs[0].shape.lengths.dropLast(2) + [block.rows.count, block.keys.count])
      let source = random
      random.skip(shape.reduce(1, *))
      return {
        var random = source
        return call.kept(shape, inputs[0].dataType, &random)
      }
    }
  }

  private mutating func add(_ ds: Tensor, toMaskAt block: AttentionScope.Block) {
    let inside = AttentionPart.mask(inputs[3].detached(), block)
    let part = ds.summed(to: inside.shape)
    let shape = inputs[3].shape
    var widths = shape.map { _ in (before: 0, after: 0) }
    for (axis, range) in [(shape.rank - 2, block.rows), (shape.rank - 1, block.keys)]
    where shape[axis] > 1 {
      widths[axis] = (range.lowerBound, shape[axis] - range.upperBound)
    }
    let placed = part.padded(widths)
    mask = mask.map { $0 + placed } ?? placed
  }

  consuming func cotangents() -> [Tensor] {
    let all = [
      concatenate(queries.reversed(), along: -2), keys.sum(), values.sum(),
    ]
    return mask.map { all + [$0] } ?? all
  }
}
