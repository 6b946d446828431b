import Myelin
import TestSupport
import Testing

@Suite struct Seq2SeqTransformerTests {
  private static let source = Tensor([[1, 2, 3, 4], [5, 6, 0, 0]])
  private static let target = Tensor([[1, 2, 3], [4, 5, 6]])

  private static func model(target: Int? = 9, isNormFirst: Bool = false) -> Seq2SeqTransformer {
    withRandomSeed(2) {
      Seq2SeqTransformer(
        .init(
          source: 7, target: target, width: 16, layers: 2, heads: 4, hidden: 24,
          isNormFirst: isNormFirst))
    }
  }

  private static func difference(_ first: Tensor, _ second: Tensor) -> [Float] {
    abs(first - second).max(along: 2).scalars()
  }

  @Test("a target token changes the logits from its place on", arguments: [false, true])
  func isCausal(isNormFirst: Bool) {
    let model = Self.model(isNormFirst: isNormFirst)
    let original = model(Self.source, Self.target)
    #expect(original.shape == [2, 3, 9])
    let changed = model(Self.source, Tensor([[1, 7, 3], [4, 5, 6]]))
    let difference = Self.difference(original, changed)
    #expect(difference.map { $0 > 0 } == [false, true, true, false, false, false])
  }

  @Test("what the mask hides changes nothing; every other token of the source does")
  func hidesPadding() {
    let model = Self.model()
    let mask = lengthMask([4, 2], time: 4)
    let original = model(Self.source, Self.target, sourceMask: mask)
    let padded = model(Tensor([[1, 2, 3, 4], [5, 6, 3, 1]]), Self.target, sourceMask: mask)
    #expect(Self.difference(original, padded) == Array(repeating: 0, count: 6))
    let other = model(Tensor([[1, 2, 3, 5], [5, 6, 0, 0]]), Self.target, sourceMask: mask)
    #expect(
      Self.difference(original, other).map { $0 > 0 } == [true, true, true, false, false, false])
  }

  @Test("encoded once and decoded, the logits are the same")
  func inTwoSteps() {
    let model = Self.model()
    let mask = lengthMask([4, 2], time: 4)
    let memory = model.encode(Self.source, mask: mask)
    let found = model.decode(Self.target, memory: memory, memoryMask: mask)
    let expected = model(Self.source, Self.target, sourceMask: mask)
    #expect(found.scalars(as: Float.self) == expected.scalars(as: Float.self))
  }

  @Test(
    "token by token, or in pieces, the logits are those of the whole", arguments: [false, true],
    [[1, 1, 1, 1, 1, 1], [3, 1, 2], [6]])
  func cached(isNormFirst: Bool, _ pieces: [Int]) {
    let model = Self.model(isNormFirst: isNormFirst)
    let target = Tensor([[1, 2, 3, 4, 5, 6], [8, 7, 6, 5, 4, 3]])
    let mask = lengthMask([4, 2], time: 4)
    let memory = model.encode(Self.source, mask: mask)
    let whole = model.decode(target, memory: memory, memoryMask: mask)
    let step = compile { (cache: inout [DecoderCache], tokens: Tensor) in
      model.nextLogits(after: tokens, cache: &cache)
    }
    let empty = model.makeCache(memory: memory, memoryMask: mask, capacity: 6)
    var caches = (eager: empty, compiled: empty)
    var end = 0
    for count in pieces {
      let piece = target.slice(end..<end + count, along: 1)
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
    #expect(caches.eager[0].own.position.value == 6)
    #expect(step.cachedPlans == Set(pieces).count)
  }

  @Test("a writer writes what the whole decoder would, eager and compiled, also as beams")
  func writes() {
    let model = Self.model()
    let source = [1, 5, 2, 6, 3]
    let memory = model.encode(Tensor([source]))
    let plain = FunctionModel { model.decode(Tensor([$0]), memory: memory)[0, -1] }
    func tokens(_ writer: some LanguageModel) -> [Int] {
      Array(writer.generate(from: [0], maximum: 12, using: RandomSource(seed: 3)))
    }
    let writer = model.writer(for: source, maximum: 20)
    let expected = tokens(plain)
    #expect(Set(expected).count > 3)
    #expect(tokens(writer) == expected)
    #expect(tokens(writer.compiled()) == expected)
    let beams = writer.beamSearch(from: [0], width: 3, maximum: 5)
    #expect(beams.map(\.tokens) == plain.beamSearch(from: [0], width: 3, maximum: 5).map(\.tokens))
    let other = model.writer(for: [4, 4], maximum: 20)
    #expect(tokens(other.compiled()) != expected)
  }

  @Test("targets beside each other are each that of the source")
  func writesBatches() {
    let writer = Self.model().writer(for: [1, 5, 2], maximum: 4)
    var (one, two) = (writer.makeCache(batch: 1), writer.makeCache(batch: 2))
    let first = writer.nextLogits(after: Tensor([[3]]), cache: &one)
    let both = writer.nextLogits(after: Tensor([[3], [3]]), cache: &two)
    #expect(both.shape == [2, 9])
    for row in 0..<2 {
      expectClose(
        actual: both[row].scalars(), expected: first[0].scalars(), absolute: 1e-6, "\(row)")
    }
  }

  @Test("names are those of PyTorch's layers; one vocabulary has one table")
  func names() {
    let names = Set(Self.model().tensors(.parameter).keys)
    for name in [
      "source_embedding.weight", "target_embedding.weight",
      "encoder.layers.1.self_attn.in_proj_weight", "encoder.layers.0.linear1.bias",
      "decoder.layers.0.multihead_attn.out_proj.weight", "decoder.layers.1.norm3.weight",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    let shared = Self.model(target: nil)
    #expect(!shared.tensors(.parameter).keys.contains { $0.hasPrefix("target_embedding") })
    #expect(shared(Self.source, Self.target).shape == [2, 3, 7])
  }

  @Test("it learns to reverse a sequence")
  func learnsToReverse() {
    var random = RandomSource(seed: 4)
    var model = withRandomSeed(5) {
      Seq2SeqTransformer(
        .init(source: 8, width: 32, layers: 1, heads: 2, hidden: 64, dropout: 0, isNormFirst: true))
    }
    var optimizer = Adam(learningRate: 3e-3)
    let step = compile {
      (model: inout Seq2SeqTransformer, optimizer: inout Adam, source: Tensor) -> Tensor in
      let answer = source.flipped(1)
      // 0 means the beginning.
      let given = answer.slice(0..<4, along: 1).padded([(0, 0), (1, 0)])
      let (loss, gradients) = valueAndGradient(of: &model) { model in
        crossEntropy(model(source, given).reshaped(to: [-1, 8]), answer.reshaped(to: [-1]))
      }
      optimizer.update(&model, with: gradients)
      return loss
    }
    var loss = Double.infinity
    for _ in 0..<300 {
      loss = step(&model, &optimizer, random.uniform([32, 5], from: 1, to: 8, .int64)).item()
    }
    #expect(loss < 0.1)
  }
}
