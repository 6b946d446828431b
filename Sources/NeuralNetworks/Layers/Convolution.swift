import Arrays
import Tensors

/// Convolution along one axis: x [N, in, L] → [N, out, L′], see `conv1D`.
///
/// `weight` is [out, in / groups, K], `bias` [out]. Both start uniform in ±1/√(in / groups · K), as
/// in PyTorch.
public struct Conv1D: Layer {
  /// The kernels, in the shape that the layer's description gives.
  public var weight: Tensor
  /// nil where the layer was made without one.
  public var bias: Tensor?
  /// How far the window moves, along each spatial axis.
  public let stride: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// The distance of the kernel's places, along each spatial axis.
  public let dilation: [Int]
  /// Into how many groups the channels are cut, each convolved for itself.
  public let groups: Int

  /// A layer from `inputs` to `outputs` channels.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: any SpatialLengths, stride: any SpatialLengths = 1,
    padding: Padding = 0, dilation: any SpatialLengths = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    let shape = ConvolutionSettings.shape(inputs, outputs, kernel, groups, axes: 1, "Conv1D")
    self.stride = Spatial.spread(stride, axes: 1, atLeast: 1, "stride", "Conv1D")
    self.padding = padding
    self.dilation = Spatial.spread(dilation, axes: 1, atLeast: 1, "dilation", "Conv1D")
    self.groups = groups
    (weight, self.bias) = Initializer.makeWeightAndBias(
      shape, outputs: outputs, hasBias: bias, weightInitializer, biasInitializer)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    conv1D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups)
  }
}

/// Convolution of images: x [N, in, H, W] → [N, out, H′, W′], see `conv2D`. `groups` equal to `inputs`
/// makes it depthwise.
///
/// `weight` is [out, in / groups, KH, KW], `bias` [out]. Both start uniform in
/// ±1/√(in / groups · KH · KW), as in PyTorch.
public struct Conv2D: Layer {
  /// The kernels, in the shape that the layer's description gives.
  public var weight: Tensor
  /// nil where the layer was made without one.
  public var bias: Tensor?
  /// How far the window moves, along each spatial axis.
  public let stride: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// The distance of the kernel's places, along each spatial axis.
  public let dilation: [Int]
  /// Into how many groups the channels are cut, each convolved for itself.
  public let groups: Int

  /// A layer from `inputs` to `outputs` channels.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: any SpatialLengths, stride: any SpatialLengths = 1,
    padding: Padding = 0, dilation: any SpatialLengths = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    let shape = ConvolutionSettings.shape(inputs, outputs, kernel, groups, axes: 2, "Conv2D")
    self.stride = Spatial.spread(stride, axes: 2, atLeast: 1, "stride", "Conv2D")
    self.padding = padding
    self.dilation = Spatial.spread(dilation, axes: 2, atLeast: 1, "dilation", "Conv2D")
    self.groups = groups
    (weight, self.bias) = Initializer.makeWeightAndBias(
      shape, outputs: outputs, hasBias: bias, weightInitializer, biasInitializer)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    conv2D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
      groups: groups)
  }
}

enum ConvolutionSettings {
  /// The weight's shape, [outputs, inputs / groups, kernel…] or, where `isTransposed`,
  /// [inputs, outputs / groups, kernel…]; stops where the channels do not divide into the groups.
  static func shape(
    _ inputs: Int, _ outputs: Int, _ kernel: any SpatialLengths, _ groups: Int, axes: Int,
    _ name: String, isTransposed: Bool = false
  ) -> Shape {
    if inputs < 1 || outputs < 1 || groups < 1 || inputs % groups != 0 || outputs % groups != 0 {
      stop(
        "\(name): \(inputs) inputs and \(outputs) outputs in \(groups) "
          + "group\(groups == 1 ? "" : "s"); all must be positive and groups divide both channels")
    }
    let kernel = Spatial.spread(kernel, axes: axes, atLeast: 1, "kernel", name)
    return Shape(
      (isTransposed ? [inputs, outputs / groups] : [outputs, inputs / groups]) + kernel)
  }
}
