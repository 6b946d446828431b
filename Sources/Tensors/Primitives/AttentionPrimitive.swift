import Arrays

/// Attention of one call: in one piece where the scores of a head are few, else block by block.
///
/// Heads of keys and values stretch along axes of length 1.
struct AttentionCall: Sendable {
  let scope: AttentionScope
  let scale: Double
  let dropout: Double

  /// `mask` is added to the scores; it has two axes or more.
  func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ mask: Tensor?,
    _ random: inout RandomSource
  ) -> Tensor {
    let blocks = scope.blocks
    let inputs = [queries, keys, values] + (mask.map { [$0] } ?? [])
    guard blocks.count > 1, ThreadState.isRecording, inputs.contains(where: { $0.node != nil })
    else {
      return walk(inputs, blocks, &random, keepsSums: false).result
    }
    let start = random
    let (result, sums) = withoutGradient {
      walk(inputs.map { $0.detached() }, blocks, &random, keepsSums: true)
    }
    let primitive = AttentionPrimitive(call: self, blocks: blocks, random: start, sums: sums)
    return record(primitive, inputs, result.array)
  }

  /// The blocks' results one after another, and log Σ eˢ of each query's scores where asked for.
  fileprivate func walk(
    _ inputs: [Tensor], _ blocks: [AttentionScope.Block], _ random: inout RandomSource,
    keepsSums: Bool
  ) -> (result: Tensor, sums: [Tensor]) {
    let places = scope.bias(blocks, inputs[0].dataType)
    let queries = inputs[0] * scale
    var results: [Tensor] = []
    var sums: [Tensor] = []
    for (block, place) in zip(blocks, places) {
      if block.keys.isEmpty {
        results.append(zeros(inputs, block))
        sums.append(.zeros([1, 1], queries.dataType))
        continue
      }
      let part = AttentionPart(inputs, queries: queries, block, place)
      let scores = part.scores(hidesRows: inputs.count > 3 || scope.hidesRows(block))
      let weights = softmax(scores.numbers)
      if keepsSums {
        // The largest weight is e^(largest − log Σ).
        sums.append(
          scores.numbers.max(along: -1, keepingAxes: true)
            - log(weights.max(along: -1, keepingAxes: true)))
      }
      let mixed = matmul(dropped(weights, &random), part.values)
      results.append(scores.isSeen.map { `where`($0, mixed, 0) } ?? mixed)
    }
    return (concatenate(results, along: -2), sums)
  }

  /// The result of queries before the first key.
  private func zeros(_ inputs: [Tensor], _ block: AttentionScope.Block) -> Tensor {
    let (queries, values) = (inputs[0].shape, inputs[2].shape)
    return .zeros(
      Shape(queries.lengths.dropLast(2) + [block.rows.count, values[values.rank - 1]]),
      inputs[0].dataType)
  }

  /// Weights of which some are zero.
  private func dropped(_ weights: Tensor, _ random: inout RandomSource) -> Tensor {
    dropout == 0 ? weights : weights * kept(weights.shape, weights.dataType, &random)
  }

  /// What weights are multiplied by: 0 where they are dropped.
  fileprivate func kept(
    _ shape: Shape, _ dataType: DataType, _ random: inout RandomSource
  ) -> Tensor {
    let kept = random.bernoulli(shape, probability: 1 - dropout, dataType)
    return dropout == 1 ? kept : kept * (1 / (1 - dropout))
  }
}

/// The operands of one block of queries.
private struct AttentionPart {
  /// Times the scale.
  let queries: Tensor
  let keys: Tensor
  let values: Tensor
  /// What places and the mask add to the scores.
  let place: Tensor?
  let mask: Tensor?

  init(
    _ inputs: [Tensor], queries: Tensor, _ block: AttentionScope.Block, _ place: Tensor?
  ) {
    self.queries = queries.slice(block.rows, along: -2)
    keys = inputs[1].slice(block.keys, along: -2)
    values = inputs[2].slice(block.keys, along: -2)
    self.place = place
    mask = inputs.count > 3 ? AttentionPart.mask(inputs[3], block) : nil
  }

  static func mask(_ mask: Tensor, _ block: AttentionScope.Block) -> Tensor {
    let rows = mask.shape[mask.rank - 2] == 1 ? mask : mask.slice(block.rows, along: -2)
    return mask.shape[mask.rank - 1] == 1 ? rows : rows.slice(block.keys, along: -1)
  }

  /// The scores [.., rows, keys], and which rows see anything where some may not: those that do not
  /// have scores of 0, so that their weights are numbers.
  func scores(hidesRows: Bool) -> (numbers: Tensor, isSeen: Tensor?) {
    var scores = matmul(queries, keys.transposed(-2, -1))
    if let place { scores = scores + place }
    if let mask { scores = scores + mask }
    guard hidesRows else { return (scores, nil) }
    let isSeen = scores.detached().max(along: -1, keepingAxes: true) .> -.infinity
    return (`where`(isSeen, scores, 0), isSeen)
  }

  /// eˢ / Σ eˢ with the sums known, transposed: [.., keys, rows]. Rows that see nothing are zero.
  ///
  /// The product is not the one of the forward pass, which a compiled step would otherwise keep
  /// instead of computing it again.
  func transposedWeights(_ sums: Tensor) -> Tensor {
    var scores = matmul(keys, queries.transposed(-2, -1))
    if let place { scores = scores + place.transposed(-2, -1) }
    if let mask { scores = scores + mask.transposed(-2, -1) }
    return exp(scores - sums.transposed(-2, -1))
  }
}

/// Attention in blocks on the tape. Its pullback computes each block's weights again.
private struct AttentionPrimitive: RecordedPrimitive {
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
    for index in primitive.blocks.indices.reversed() {
      let block = primitive.blocks[index]
      if block.keys.isEmpty {
        queries.append(inputs[0].slice(block.rows, along: -2).zerosLike())
        continue
      }
      let part = AttentionPart(inputs, queries: scaled, block, places[index])
      let dy = cotangent.slice(block.rows, along: -2)
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

/// The sum of parts along the axis before the last, given from the end: a part begins and ends no
/// later than the one before it, so that what lies behind it is settled and need not be added to.
private struct BlockSums {
  private let target: Tensor
  private var start: Int
  /// What may still change, from `start`.
  private var open: Tensor?
  /// From the end.
  private var settled: [Tensor] = []

  init(_ target: Tensor) {
    self.target = target.detached()
    start = target.shape[target.rank - 2]
  }

  private func zeros(_ count: Int) -> Tensor {
    var shape = target.shape
    shape[shape.rank - 2] = count
    return .zeros(shape, target.dataType)
  }

  mutating func add(_ part: Tensor, at range: Range<Int>) {
    if range.isEmpty { return }
    var shape = target.shape
    shape[shape.rank - 2] = range.count
    let part = part.summed(to: shape)
    let openEnd = start + (open?.shape[target.rank - 2] ?? 0)
    if range.upperBound <= start {
      if let open { settled.append(open) }
      if range.upperBound < start { settled.append(zeros(start - range.upperBound)) }
      (open, start) = (part, range.lowerBound)
      return
    }
    guard let sum = open else { return }
    if range.upperBound < openEnd {
      settled.append(sum.slice(range.upperBound - start..<openEnd - start, along: -2))
    }
    let shared = range.upperBound - start
    let common =
      sum.slice(0..<shared, along: -2)
      + part.slice(range.count - shared..<range.count, along: -2)
    open =
      shared == range.count
      ? common : concatenate([part.slice(0..<range.count - shared, along: -2), common], along: -2)
    start = range.lowerBound
  }

  func sum() -> Tensor {
    let parts = settled + (open.map { [$0] } ?? []) + (start > 0 ? [zeros(start)] : [])
    return parts.isEmpty ? zeros(0) : concatenate(parts.reversed(), along: -2)
  }
}
