import Myelin
import TestSupport
import Testing

private let gpt = GPT.Configuration(vocabulary: 5, context: 4, width: 8, layers: 1, heads: 2)
private let bert = BERT.Configuration(
  vocabulary: 5, context: 4, width: 8, layers: 1, heads: 2, hidden: 8)
private let tokens = Tensor([[0, 1, 2, 3, 4]])

private let misuses: [Misuse] = [
  Misuse("GPT: 3 heads do not divide the width 8") { _ = GPT(.init(width: 8, heads: 3)) },
  Misuse("GPT: layers 0 must be positive") { _ = GPT(.init(layers: 0)) },
  Misuse("GPT: tokens [5]; it takes [batch, time]") { _ = GPT(gpt)(tokens[0]) },
  Misuse("5 tokens from place 0 on; there are 4 places") { _ = GPT(gpt)(tokens) },
  Misuse("take: index 5 lies outside an axis of length 5") { _ = GPT(gpt)(Tensor([[5]])) },
  Misuse("GPT: 0 caches for 1 blocks; each needs one") {
    var cache: [KeyValueCache] = []
    _ = GPT(gpt).nextLogits(after: Tensor([[1]]), cache: &cache)
  },
  Misuse("GPT: tokens [1, 0]; it takes at least one to read on") {
    var cache = GPT(gpt).makeCache(batch: 1)
    _ = GPT(gpt).nextLogits(after: .zeros([1, 0], .int64), cache: &cache)
  },
  Misuse("BERT: 3 heads do not divide the width 8") { _ = BERT(.init(width: 8, heads: 3)) },
  Misuse("BERT: 5 tokens; its context holds 4") { _ = BERT(bert)(tokens) },
  Misuse("BERT: segments [1, 2] of tokens [1, 3]; they must be equal") {
    _ = BERT(bert)(Tensor([[0, 1, 2]]), segments: Tensor([[0, 1]]), mask: nil)
  },
  Misuse("BERT: mask of int64; it takes bool, true for a token") {
    _ = BERT(bert)(Tensor([[0, 1]]), segments: nil, mask: Tensor([[1, 0]]))
  },
  Misuse("Seq2SeqTransformer: target vocabulary 0 must be positive") {
    _ = Seq2SeqTransformer(.init(source: 3, target: 0))
  },
  Misuse("Seq2SeqTransformer: source [2]; it takes [batch, time]") {
    let model = Seq2SeqTransformer(.init(source: 3, width: 8, layers: 1, heads: 2, hidden: 8))
    _ = model(Tensor([1, 2]), Tensor([[1, 2]]))
  },
  Misuse("Seq2SeqTransformer: an empty source; it takes at least one token") {
    let model = Seq2SeqTransformer(.init(source: 3, width: 8, layers: 1, heads: 2, hidden: 8))
    _ = model.writer(for: [], maximum: 3)
  },
  Misuse("TransformerDecoder: 0 caches for 1 layers; each needs one") {
    let model = Seq2SeqTransformer(.init(source: 3, width: 8, layers: 1, heads: 2, hidden: 8))
    var cache: [DecoderCache] = []
    _ = model.nextLogits(after: Tensor([[1]]), cache: &cache)
  },
]

struct ModelMisuseTests {
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
