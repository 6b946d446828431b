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
    #expect(Self.difference(original, other).map { $0 > 0 } == [true, true, true, false, false, false])
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
