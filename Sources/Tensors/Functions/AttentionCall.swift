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

  /// The weights of all queries and keys.
  func weights(_ queries: Tensor, _ keys: Tensor, _ mask: Tensor?) -> Tensor {
    let inputs = [queries, keys, keys] + (mask.map { [$0] } ?? [])
    let block = scope.whole
    let place = scope.bias([block], queries.dataType)[0]
    let hidesRows = mask != nil || scope.hidesRows(block)
    let part = AttentionPart(inputs, queries: queries * scale, block, place)
    if scope.keys == 0 { return matmul(part.queries, part.keys.transposed(-2, -1)) }
    let scores = part.scores(hidesRows: hidesRows)
    let weights = softmax(scores.numbers)
    return scores.isSeen.map { `where`($0, weights, 0) } ?? weights
  }

  /// The blocks' results one after another, and log Σ eˢ of each query's scores where asked for.
  func walk(
    _ inputs: [Tensor], _ blocks: [AttentionScope.Block], _ random: inout RandomSource,
    keepsSums: Bool
  ) -> (result: Tensor, sums: [Tensor]) {
    let places = scope.bias(blocks, inputs[0].dataType)
    let queries = inputs[0] * scale
    var results: [Tensor] = []
    var sums: [Tensor] = []
    // In a compiled step, too, one block is done before the next begins.
    var done: [Tensor] = []
    for (block, place) in zip(blocks, places) {
      if block.keys.isEmpty {
        results.append(zeros(inputs, block))
        sums.append(.zeros([1, 1], queries.dataType))
        continue
      }
      let part = AttentionPart(inputs, queries: queries, block, place, after: done)
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
      done = results.suffix(1) + sums.suffix(1)
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
  func kept(
    _ shape: Shape, _ dataType: DataType, _ random: inout RandomSource
  ) -> Tensor {
    let kept = random.bernoulli(shape, probability: 1 - dropout, dataType)
    return dropout == 1 ? kept : kept * (1 / (1 - dropout))
  }
}

/// The operands of one block of queries.
struct AttentionPart {
  /// Times the scale.
  let queries: Tensor
  let keys: Tensor
  let values: Tensor
  /// What places and the mask add to the scores.
  let place: Tensor?
  let mask: Tensor?

  init(
    _ inputs: [Tensor], queries: Tensor, _ block: AttentionScope.Block, _ place: Tensor?,
    after done: [Tensor] = []
  ) {
    self.queries = queries.slice(block.rows, along: -2).waiting(for: done)
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
    // NaN is seen: a network that has lost its numbers must not look as if it gave zeros.
    let isSeen = scores.detached().max(along: -1, keepingAxes: true) .!= -.infinity
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
