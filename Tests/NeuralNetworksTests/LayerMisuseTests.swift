import Myelin
import TestSupport
import Testing

private let image = Tensor.ones([2, 3, 8, 8])

private let misuses = alone + inModels + recurrent

private let alone: [Misuse] = [
  Misuse("TransformerEncoder: 0 layers; there must be at least one") {
    _ = TransformerEncoder(0) { TransformerEncoderLayer(4, heads: 2) }
  },
  Misuse("TransformerDecoder: 0 layers; there must be at least one") {
    _ = TransformerDecoder(0) { TransformerDecoderLayer(4, heads: 2) }
  },
  Misuse("MultiHeadAttention: 3 heads do not divide the width 4") {
    _ = TransformerEncoderLayer(4, heads: 3)
  },
  Misuse("Linear: 0 inputs and 2 outputs; both must be positive") { _ = Linear(0, 2) },
  Misuse("linear: input [2, 3] does not fit weight [4, 5]") { _ = Linear(5, 4)(.ones([2, 3])) },
  Misuse("Conv2D: 3 inputs and 4 outputs in 2 groups; all must be positive and groups divide") {
    _ = Conv2D(3, 4, kernel: 3, groups: 2)
  },
  Misuse("Conv2D: kernel [3, 3, 3]; it takes one number or 2, none below 1") {
    _ = Conv2D(3, 4, kernel: [3, 3, 3])
  },
  Misuse("Conv2D: stride [0]; it takes one number or 2, none below 1") {
    _ = Conv2D(3, 4, kernel: 3, stride: 0)
  },
  Misuse("conv2D: padding [-1]; it takes one number or 2, none below 0") {
    _ = Conv2D(3, 4, kernel: 3, padding: -1)(image)
  },
  Misuse("conv2D: input [2, 3, 8, 8] does not fit weight [4, 1, 3, 3] in 1 group") {
    _ = Conv2D(1, 4, kernel: 3)(image)
  },
  Misuse("conv2D: input [3, 8, 8] and weight [4, 3, 3, 3]: both need 4 axes") {
    _ = Conv2D(3, 4, kernel: 3)(.ones([3, 8, 8]))
  },
  Misuse("conv2D: the kernel [9, 9] does not fit into input [2, 3, 8, 8]") {
    _ = Conv2D(3, 4, kernel: 9)(image)
  },
  Misuse("conv2D: needs floating-point numbers") {
    _ = conv2D(image.to(.int32), weight: Tensor.ones([1, 3, 1, 1], .int32))
  },
  Misuse("conv2D: bias [3] does not fit weight [4, 3, 1, 1]: it takes [4]") {
    _ = conv2D(image, weight: .ones([4, 3, 1, 1]), bias: .ones([3]))
  },
  Misuse("convTranspose2D: output padding [2, 2] must be less than the stride [2, 2]") {
    _ = ConvTranspose2D(3, 4, kernel: 3, stride: 2, outputPadding: 2)(image)
  },
  Misuse("convTranspose1D: input [1, 2, 5] does not fit weight [3, 4, 2] in 1 group") {
    _ = ConvTranspose1D(3, 4, kernel: 2)(.ones([1, 2, 5]))
  },
  Misuse("maxPool2D: needs 4 axes, [N, C, H, W], found [3, 8, 8]") {
    _ = maxPool2D(.ones([3, 8, 8]), 2)
  },
  Misuse("maxPool2D: padding [2, 2] is more than half of the window [3, 3]") {
    _ = maxPool2D(image, 3, padding: 2)
  },
  Misuse("maxPool: the window [9, 9] does not fit into [2, 3, 8, 8]") { _ = maxPool2D(image, 9) },
  Misuse("adaptiveMaxPool2D: output [0]; it takes one number or 2, none below 1") {
    _ = adaptiveMaxPool2D(image, 0)
  },
  Misuse("globalAveragePool: needs at least 3 axes") { _ = globalAveragePool(.ones([2, 3])) },
  Misuse("BatchNorm2D: input [2, 3, 8, 8] does not fit 4 features: it takes [N, 4, H, W]") {
    _ = BatchNorm2D(4)(image)
  },
  Misuse("BatchNorm1D: input [1, 3] has 1 value for each feature; training needs two") {
    withTraining(true) { _ = BatchNorm1D(3)(.ones([1, 3])) }
  },
  Misuse("LayerNorm: input [2, 3, 8, 8] does not fit: it takes […, 3, 8]") {
    _ = LayerNorm([3, 8])(image)
  },
  Misuse("GroupNorm: 2 groups of 3 channels; groups must divide channels") {
    _ = GroupNorm(2, 3)
  },
  Misuse("InstanceNorm2D: input [2, 3, 8, 8] does not fit 2 features") {
    _ = InstanceNorm2D(2)(image)
  },
  Misuse("Dropout: probability 1.5; it takes a number from 0 to 1") { _ = Dropout(1.5) },
  Misuse("Embedding: needs integers, found float32; convert with to(.int64)") {
    _ = Embedding(3, 2)([0, 1] as Tensor)
  },
  Misuse("take: ") { _ = Embedding(3, 2)(Tensor([0, 3])) },
  Misuse("Flatten: axis 1 of [2, 3, 8, 8] lies before axis 2") {
    _ = Flatten(from: 2, to: 1)(image)
  },
  Misuse("prelu: slope [2] does not fit [2, 3, 8, 8]") { _ = PReLU(2)(image) },
  Misuse("Residual: the body makes [2, 4, 8, 8] of [2, 3, 8, 8], the shortcut [2, 3, 8, 8]") {
    _ = Residual { Conv2D(3, 4, kernel: 1) }(image)
  },
  Misuse("xavierUniform: needs a weight of at least two axes") {
    _ = Linear(2, 3, biasInitializer: .xavierUniform())
  },
  Misuse("normalize: element types float64 and float32 differ") {
    _ = LayerNorm(8)(image.to(.float64))
  },
]

/// A layer whose operands do not fit is named by the paths of its parameters.
private let inModels: [Misuse] = [
  Misuse("linear: input [2, 4] does not fit weight [2, 3]", Linear(3, 2), .ones([2, 4])),
  Misuse("conv2D: input [2, 3, 8, 8] does not fit weight", Conv2D(4, 1, kernel: 3), image),
  Misuse("conv2D: input [3] and weight [1, 4, 3, 3]", Conv2D(4, 1, kernel: 3), .ones([3])),
  Misuse("convTranspose2D: input [2, 3, 8, 8]", ConvTranspose2D(4, 1, kernel: 3), image),
  Misuse("BatchNorm2D: input [2, 3, 8, 8] does not fit", BatchNorm2D(4), image),
  Misuse("BatchNorm1D: input [1, 3] has 1 value", BatchNorm1D(3), .ones([1, 3])),
  Misuse("InstanceNorm2D: input", InstanceNorm2D(4, affine: true), image),
  Misuse("GroupNorm: input", GroupNorm(2, 4), image),
  Misuse("LayerNorm: input", LayerNorm(4), image),
  Misuse("RMSNorm: input", RMSNorm(4), image),
  Misuse("normalize: needs floating-point", LayerNorm(8), image.to(.int64)),
  Misuse("Embedding: needs integers", Embedding(3, 2), image),
  Misuse("take: index 3 lies outside", Embedding(3, 2), Tensor([3])),
  Misuse("prelu: slope [2]", PReLU(2), image),
]

private let sequence = Tensor.ones([5, 2, 3])

private let recurrent: [Misuse] = [
  Misuse("LSTM: 3 inputs, 0 hidden units and 1 layers; all must be positive") { _ = LSTM(3, 0) },
  Misuse("LSTM: projection 4; it takes 1 to 3, less than hidden units") {
    _ = LSTM(3, 4, projection: 4)
  },
  Misuse("Dropout: probability 2.0") { _ = GRU(3, 4, layers: 2, dropout: 2) },
  Misuse("GRU: input [5, 2, 3] does not fit 4 inputs: it takes [batch, time, 4] or [time, 4]") {
    _ = GRU(4, 2, batchFirst: true)(sequence)
  },
  Misuse("RNN: input [0, 2, 3] is an empty sequence; it takes one step or more") {
    _ = RNN(3, 2)(.ones([0, 2, 3]))
  },
  Misuse("LSTM: length 6 at place 1 is none of 1...5") {
    _ = LSTM(3, 2)(sequence, lengths: Tensor([5, 6]))
  },
  Misuse("LSTM: length 0 at place 0 is none of 1...5") {
    _ = LSTM(3, 2)(sequence, lengths: Tensor([0, 5]))
  },
  Misuse("LSTM: length 6 at place 1 is none of 1...5") {
    let lstm = LSTM(3, 2)
    let run = compile { (lengths: Tensor) in lstm(sequence, lengths: lengths).output }
    _ = run(Tensor([5, 5]))
    _ = run(Tensor([5, 6]))
  },
  Misuse("LSTM: lengths [3] do not fit a batch of 2: it takes [2]") {
    _ = LSTM(3, 2)(sequence, lengths: Tensor([5, 5, 5]))
  },
  Misuse("LSTM: lengths must be integers, found float32") {
    _ = LSTM(3, 2)(sequence, lengths: .ones([2]))
  },
  Misuse("LSTM: lengths beside input [5, 3], which is a single sequence") {
    _ = LSTM(3, 2)(.ones([5, 3]), lengths: Tensor([5]))
  },
  Misuse("GRU: state [1, 2, 5] does not fit input [5, 2, 3]: it takes [1, 2, 4]") {
    _ = GRU(3, 4)(sequence, state: .ones([1, 2, 5]))
  },
  Misuse("GRUCell: input [2, 3, 1] does not fit 1 inputs: it takes [batch, 1] or [1]") {
    _ = GRUCell(1, 4)(.ones([2, 3, 1]))
  },
  Misuse("LSTMCell: state [4] does not fit input [2, 3]: it takes [2, 4]") {
    _ = LSTMCell(3, 4)(
      .ones([2, 3]), state: LSTMState(hidden: .ones([4]), cell: .ones([4])))
  },
]

extension Misuse {
  /// `layer` at the path `layers.0`, on an input that does not fit it.
  init(_ message: String, _ layer: any Layer, _ input: Tensor) {
    self.init(message) {
      struct Model: Module { var layers: [any Layer] }
      _ = gradient(of: Model(layers: [layer])) { $0.layers[0](input).sum() }
    }
    path = "(at layers.0.weight"
  }
}

struct LayerMisuseTests {
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
