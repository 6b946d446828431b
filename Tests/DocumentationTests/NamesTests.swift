import Myelin
import Testing

/// Documentation/ComingFromPyTorch.md ends in a table of names; those of Myelin stand here, so that
/// none of them can change unnoticed.
@Suite struct NamesTests {
  private let x: Tensor = [[1, 2, 3, 4], [5, 6, 7, 8]]

  @Test func creation() {
    #expect(Tensor([[1, 2]] as [[Float]]).shape == [1, 2])
    #expect(
      [Tensor.zeros([2, 3]), .ones([2, 3]), .full([2, 3], 4)].allSatisfy { $0.count == 6 })
    #expect(Tensor.range(0..<5).dataType == .int64)
    #expect(Tensor.linearSpace(from: 0, to: 1, count: 3).count == 3)
    #expect(Tensor.identity(3).rank == 2)
    #expect(x.to(.float64).dataType == .float64)
  }

  @Test func reductions() {
    #expect(x.sum(along: 1, keepingAxes: true).shape == [2, 1])
    let numbers = [x.mean(), x.variance(), x.standardDeviation(), x.logSumExp(), x.norm()]
    #expect(numbers.allSatisfy { $0.item() > 0 })
    #expect(x.max(along: 1).shape == x.argmax(along: 1).shape)
    #expect(x.cumulativeSum(along: 0).shape == x.sorted().values.shape)
    #expect(x.topK(3).indices.shape == [2, 3])
  }

  @Test func elements() {
    #expect(matmul(x, x.transposed()).shape == einsum("ik,jk->ij", x, x).shape)
    #expect((!(x .> 2)).dataType == (x .== x).dataType)
    let bounded = [`where`(x .> 2, x, -x), maximum(x, -x), x.clamped(to: 0...1)]
    #expect(bounded.allSatisfy { $0.shape == x.shape })
    #expect(relu(x).shape == gelu(x, approximation: .tanh).shape)
    #expect(Tensor([0, 2]).oneHot(10).shape == [2, 10])
  }

  @Test func shapes() {
    #expect(x.reshaped(to: [4, 2]).flattened().shape == [4, 2])
    #expect(x.transposed(0, 1).shape == x.permuted(1, 0).shape)
    #expect(x.unsqueezed(0).expanded(to: [3, 2, 4])[0].unsqueezed(1).squeezed(1).shape == [2, 4])
    #expect(concatenate([x, x]).shape == [4, 4] && stack([x, x]).shape == [2, 2, 4])
    #expect(x.split(into: 2).count == x.split(lengths: [1, 1]).count)
    #expect(x[0, 1..., .newAxis].shape == [3, 1] && x[.ellipsis, .every(2)].shape == [2, 2])
    let places = Tensor([1, 0])
    #expect(x.take(places, along: 0).shape == x.rolled(by: 1, along: 0).shape)
    let wide = Tensor([[0], [1]])
    #expect(x.takeAlongAxis(wide, axis: 1).shape == [2, 1])
    #expect(x.addingAlongAxis(.ones([2, 1]), at: wide, axis: 1).shape == x.flipped(0).shape)
    #expect(x.padded([(0, 0), (1, 1)]).shape == [2, 6] && x.tiled(1, 2).shape == [2, 8])
  }

  @Test func layers() {
    let image = Tensor.ones([2, 1, 8, 8])
    let layers: [any Layer] = [
      Conv2D(1, 8, kernel: 3), ConvTranspose2D(1, 8, kernel: 3), MaxPool2D(2), AveragePool2D(2),
      AdaptiveAveragePool2D(2), BatchNorm2D(1), LayerNorm([8, 8]), GroupNorm(1, 1), RMSNorm([8]),
      Dropout(), Sequential { ReLU() },
    ]
    #expect(layers.allSatisfy { $0(image).rank == 4 })
    #expect(Embedding(4, 3, padding: 0)(Tensor([1, 2])).shape == [2, 3])
    #expect([Linear(2, 3), Linear(3, 1)].parameterCount == 13)
  }

  @Test func transformers() {
    let x = Tensor.ones([2, 3, 8])
    let layer = TransformerEncoderLayer(8, heads: 2, hidden: 4, isNormFirst: true)
    let decoder = TransformerDecoder(2) { TransformerDecoderLayer(8, heads: 2, hidden: 4) }
    #expect(TransformerEncoder(2) { layer }(x).shape == decoder(x, memory: x).shape)
    let translator = Seq2SeqTransformer(.init(source: 4, width: 8, layers: 1, heads: 2, hidden: 4))
    let tokens = Tensor([[1, 2]])
    #expect(translator(tokens, tokens).shape == [1, 2, 4])
    #expect(GPT(.init(vocabulary: 4, width: 8, layers: 1, heads: 2))(tokens).shape == [1, 2, 4])
    let plain = GPT(.init(vocabulary: 4, width: 8, layers: 1, heads: 2, bias: false))
    #expect(plain.h[0].attn.c_attn.bias == nil && plain(tokens).shape == [1, 2, 4])
    let encoder = BERT(.init(vocabulary: 4, width: 8, layers: 1, heads: 2, hidden: 4))
    #expect(encoder(tokens).shape == [1, 2, 8])
    #expect(GPT.Configuration.small.parameterCount > BERT.Configuration.base.parameterCount)
  }

  @Test func losses() {
    let y = x + 1
    let losses = [
      mse(x, y), mae(x, y), huber(x, y), crossEntropy(x, Tensor([0, 1])),
      negativeLogLikelihood(logSoftmax(x), Tensor([0, 1])),
      binaryCrossEntropy(x, .ones([2, 4])), klDivergence(logSoftmax(x), softmax(y)),
      cosineEmbedding(x, y, [1, -1]), triplet(x, y, -y),
    ]
    #expect(losses.allSatisfy { $0.rank == 0 && $0.item().isFinite })
  }

  @Test func optimizers() {
    _ = SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true)
    var optimizer = Adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, isAMSGrad: true)
    for clipping in [GradientClipping.norm(1), .value(1)] { optimizer.clipping = clipping }
    #expect(CosineSchedule(from: 1, steps: 2)(0) == 1)
    #expect(OneCycleSchedule(maximum: 1, steps: 10)(9) < 1)
    #expect(ExponentialMovingAverage(of: x).model.shape == x.shape)
    _ = ReduceOnPlateau.self
  }

  @Test func gradients() {
    let (_, pullback) = valueWithPullback(of: x) { $0 * 2 }
    #expect(pullback(x.onesLike()).sum().item() == 16)
    let one = gradient(of: x) { x in
      withCustomPullback([x], forward: { round($0[0]) }, pullback: { _, _, dy in [dy] }).sum()
    }
    let same = gradient(of: x) { x in
      withRecomputation(of: Tensor.ones([4]), x) { scale, x in x * scale }.sum()
    }
    #expect(one.scalars(as: Float.self) == same.scalars(as: Float.self))
  }
}
