import Myelin
import TestSupport
import Testing

private let x = Tensor.ones([2, 4, 5, 8])

private func attend(_ q: Shape, _ k: Shape, _ v: Shape) {
  _ = scaledDotProductAttention(.ones(q), .ones(k), .ones(v))
}

private let functions: [Misuse] = [
  Misuse("queries [5], keys [5] and values [5]: all need the same axes") { attend([5], [5], [5]) },
  Misuse("keys [2, 5, 7] and values [2, 5, 7]: queries and keys must be equally long vectors") {
    attend([2, 5, 8], [2, 5, 7], [2, 5, 7])
  },
  Misuse("values [2, 6, 8]: each key needs one value") {
    attend([2, 5, 8], [2, 5, 8], [2, 6, 8])
  },
  Misuse("4 heads of queries and 3 of keys: the second must divide the first") {
    attend([2, 4, 5, 8], [2, 3, 5, 8], [2, 3, 5, 8])
  },
  Misuse("the axes before the heads must be the same") {
    attend([2, 4, 5, 8], [1, 4, 5, 8], [1, 4, 5, 8])
  },
  Misuse("needs one floating-point type, found [float32, float64, float32]") {
    _ = scaledDotProductAttention(x, x.to(.float64), x)
  },
  Misuse("mask [2, 5, 5] does not broadcast to the scores [2, 4, 5, 5]") {
    _ = scaledDotProductAttention(x, x, x, mask: .ones([2, 5, 5], .bool))
  },
  Misuse("the mask must be bool or float32 as the queries are, found int64") {
    _ = scaledDotProductAttention(x, x, x, mask: .ones([5, 5], .int64))
  },
  Misuse("window 0; a query sees at least its own place: 1") {
    _ = scaledDotProductAttention(x, x, x, window: 0)
  },
  Misuse("dropout 1.5; it takes a number from 0 to 1") {
    var random = RandomSource(seed: 1)
    _ = scaledDotProductAttention(x, x, x, dropout: 1.5, using: &random)
  },
  Misuse("lengthMask: length 6 is none of 0...5, the sequences' time") {
    _ = lengthMask([2, 6], time: 5)
  },
  Misuse("linearBias: 0 heads, 2 queries and 2 keys") {
    _ = linearBias(heads: 0, queries: 2, keys: 2)
  },
  Misuse("sinusoidalPositions: 3 places of 0 numbers") { _ = sinusoidalPositions(3, 0) },
]

private let layers: [Misuse] = [
  Misuse("MultiHeadAttention: 3 heads do not divide the width 8 into equal parts") {
    _ = MultiHeadAttention(8, heads: 3)
  },
  Misuse("MultiHeadAttention: 3 heads of keys do not divide the 4 heads of queries") {
    _ = MultiHeadAttention(8, heads: 4, keyHeads: 3)
  },
  Misuse("MultiHeadAttention: input [2, 5, 7] does not fit: it takes [batch, time, 8]") {
    _ = MultiHeadAttention(8, heads: 2)(.ones([2, 5, 7]))
  },
  Misuse("keyMask is float32 [2, 5], where bool [2, 5] is expected") {
    _ = MultiHeadAttention(8, heads: 2)(.ones([2, 5, 8]), keyMask: .ones([2, 5]))
  },
  Misuse("queries of 3 sequences and keys of 2; both need one batch") {
    _ = MultiHeadAttention(8, heads: 2)(.ones([3, 5, 8]), .ones([2, 4, 8]), .ones([2, 4, 8]))
  },
  Misuse("4 keys of 2 sequences and 3 values of 2; each key needs one value") {
    _ = MultiHeadAttention(8, heads: 2)(.ones([2, 5, 8]), .ones([2, 4, 8]), .ones([2, 3, 8]))
  },
  Misuse("keyMask is bool [2, 5], where bool [2, 4] is expected") {
    _ = MultiHeadAttention(8, heads: 2)
      .memory(of: .ones([2, 4, 8]), keyMask: lengthMask([5, 2], time: 5))
  },
  Misuse("rotary positions turn 6 numbers, a head has 4") {
    _ = MultiHeadAttention(8, heads: 2, rotary: RotaryPositions(6))
  },
  Misuse("RotaryPositions: 3 numbers do not make pairs; it takes an even number") {
    _ = RotaryPositions(3)
  },
  Misuse("KeyValueCache: 3 new tokens do not fit beside 2 tokens into 4") {
    let layer = MultiHeadAttention(8, heads: 2)
    var cache = layer.makeCache(batch: 1, capacity: 4)
    _ = layer(.ones([1, 2, 8]), cache: &cache)
    _ = layer(.ones([1, 3, 8]), cache: &cache)
  },
  Misuse("new keys are float32 [2, 2, 1, 4], where float32 [1, 2, new, 4] is expected") {
    let layer = MultiHeadAttention(8, heads: 2)
    var cache = layer.makeCache(batch: 1, capacity: 4)
    _ = layer(.ones([2, 1, 8]), cache: &cache)
  },
  Misuse("LearnedPositions: 5 tokens from place 0 on; there are 4 places") {
    _ = LearnedPositions(4, 8)(.ones([2, 5, 8]))
  },
  Misuse("MultiplicativeAttention: dot needs equally wide queries and keys, found 4 and 6") {
    _ = MultiplicativeAttention(queryWidth: 4, keyWidth: 6, score: .dot)
  },
  Misuse("AdditiveAttention: queries [2, 3, 4], keys [3, 3, 4] and values [3, 3, 4] do not fit") {
    _ = AdditiveAttention(queryWidth: 4, keyWidth: 4, hidden: 5)(
      .ones([2, 3, 4]), .ones([3, 3, 4]))
  },
  Misuse("projectedKeys [2, 3, 4] are not those of this layer, [batch, time, 5]") {
    _ = AdditiveAttention(queryWidth: 4, keyWidth: 4, hidden: 5)(
      .ones([2, 3, 4]), projectedKeys: .ones([2, 3, 4]), .ones([2, 3, 4]))
  },
]

private let misuses = functions + layers

struct AttentionMisuseTests {
  @Test(arguments: misuses.indices)
  func stopsWithOneMessage(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      misuses[index].body()
    }
    try misuses[index].expectMessage(in: result)
  }
}
