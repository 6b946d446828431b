import Myelin
import TestSupport
import Testing

@Suite struct GPTTests {
  private static let model = withRandomSeed(3) {
    GPT(.init(vocabulary: 17, context: 12, width: 16, layers: 2, heads: 4))
  }
  private static let tokens: Tensor = [
    [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5],
  ]

  @Test("token by token, or in pieces, the logits are those of the whole", arguments: [
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 1, 1, 3, 2], [12],
  ])
  func cached(_ pieces: [Int]) {
    let (model, tokens) = (GPTTests.model, GPTTests.tokens.to(.int64))
    let whole = model(tokens)
    let step = compile { (cache: inout [KeyValueCache], tokens: Tensor) in
      model.nextLogits(after: tokens, cache: &cache)
    }
    var caches = (eager: model.makeCache(batch: 2), compiled: model.makeCache(batch: 2))
    var end = 0
    for count in pieces {
      let piece = tokens.slice(end..<end + count, along: 1)
      end += count
      let expected = whole[.all, .at(end - 1)]
      for found in [
        model.nextLogits(after: piece, cache: &caches.eager), step(&caches.compiled, piece),
      ] {
        expectClose(
          actual: found.scalars(), expected: expected.scalars(), shape: expected.shape,
          absolute: 1e-6, relative: 1e-4, "after \(end)")
      }
    }
    #expect(caches.eager[0].position.value == 12)
    #expect(step.cachedPlans == Set(pieces).count)
  }

  @Test("training drops at every place; the same seed drops the same")
  func dropout() {
    let tokens = GPTTests.tokens.to(.int64)
    func logits(_ seed: UInt64) -> [Float] {
      let model = withRandomSeed(seed) {
        GPT(.init(vocabulary: 17, context: 12, width: 16, layers: 2, heads: 4, dropout: 0.3))
      }
      return withTraining(true) { model(tokens) }.scalars()
    }
    #expect(logits(1) == logits(1))
    #expect(logits(1) != logits(2))
    let model = GPTTests.model
    #expect(
      withTraining(true) { model(tokens) }.scalars(as: Float.self)
        != model(tokens).scalars(as: Float.self))
  }
}
