import Myelin

/// Two convolutions, a pooling and two linear layers on 1×28×28.
private struct ConvolutionalNetwork: Layer {
  var convolution1 = Conv2D(1, 32, kernel: 3)
  var convolution2 = Conv2D(32, 64, kernel: 3)
  var hidden = Linear(9216, 128)
  var output = Linear(128, 10)

  func callAsFunction(_ x: Tensor) -> Tensor {
    let features = maxPool2D(relu(convolution2(relu(convolution1(x)))), 2)
    return output(relu(hidden(features.flattened())))
  }
}

/// Two normalized 3×3 convolutions beside a shortcut (He et al., 2016).
private struct ResidualBlock: Layer {
  var convolution1: Conv2D
  var normalization1: BatchNorm2D
  var convolution2: Conv2D
  var normalization2: BatchNorm2D
  var shortcut: Shortcut?

  /// Fits the input to the block's output where the shapes differ.
  struct Shortcut: Module {
    var convolution: Conv2D
    var normalization: BatchNorm2D
  }

  init(_ inputs: Int, _ outputs: Int, stride: Int) {
    convolution1 = Conv2D(inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false)
    normalization1 = BatchNorm2D(outputs)
    convolution2 = Conv2D(outputs, outputs, kernel: 3, padding: 1, bias: false)
    normalization2 = BatchNorm2D(outputs)
    if stride != 1 || inputs != outputs {
      shortcut = Shortcut(
        convolution: Conv2D(inputs, outputs, kernel: 1, stride: stride, bias: false),
        normalization: BatchNorm2D(outputs))
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let inner = relu(normalization1(convolution1(x)))
    let side = shortcut.map { $0.normalization($0.convolution(x)) } ?? x
    return relu(normalization2(convolution2(inner)) + side)
  }
}

/// ResNet-20 for 3×32×32 images: three stages of three blocks.
private struct ResidualNetwork: Layer {
  var convolution = Conv2D(3, 16, kernel: 3, padding: 1, bias: false)
  var normalization = BatchNorm2D(16)
  var blocks: [ResidualBlock]
  var output = Linear(64, 10)

  static let stages = [(16, 16, 1), (16, 32, 2), (32, 64, 2)]

  init() {
    blocks = ResidualNetwork.stages.flatMap { inputs, outputs, stride in
      [ResidualBlock(inputs, outputs, stride: stride)]
        + (0..<2).map { _ in ResidualBlock(outputs, outputs, stride: 1) }
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    var x = relu(normalization(convolution(x)))
    for block in blocks { x = block(x) }
    return output(x.mean(along: 2, 3))
  }
}

extension Workload {
  static let cnn = Workload(
    "cnn", batch: 128, iterations: 15, operations: cnnOperations(),
    model: { ConvolutionalNetwork() },
    data: { data, batch in
      (data.numbers([batch, 1, 28, 28]), data.labels([batch], below: 10))
    },
    loss: { crossEntropy($0, $1) })

  static let resnet20 = Workload(
    "resnet20", batch: 64, iterations: 10, operations: resnetOperations(),
    model: { ResidualNetwork() },
    data: { data, batch in
      (data.numbers([batch, 3, 32, 32]), data.labels([batch], below: 10))
    },
    loss: { crossEntropy($0, $1) })

  private static func cnnOperations() -> OperationCount {
    OperationCount(
      first: OperationCount.convolution(1, 32, kernel: 3, side: 26),
      rest: OperationCount.convolution(32, 64, kernel: 3, side: 24)
        + OperationCount.product(9216, 128) + OperationCount.product(128, 10))
  }

  private static func resnetOperations() -> OperationCount {
    var rest = OperationCount.product(64, 10)
    var side = 32
    for (inputs, outputs, stride) in ResidualNetwork.stages {
      side /= stride
      rest += OperationCount.convolution(inputs, outputs, kernel: 3, side: side)
      rest += 5 * OperationCount.convolution(outputs, outputs, kernel: 3, side: side)
      if stride != 1 {
        rest += OperationCount.convolution(inputs, outputs, kernel: 1, side: side)
      }
    }
    return OperationCount(
      first: OperationCount.convolution(3, 16, kernel: 3, side: 32), rest: rest)
  }
}
