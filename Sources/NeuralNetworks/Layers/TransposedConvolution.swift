import Arrays
import Tensors

/// Transposed convolution along one axis: x [N, in, L] → [N, out, L′], see `convTranspose1D`.
///
/// `weight` is [in, out / groups, K], `bias` [out]. Both start uniform in ±1/√(out / groups · K), as
/// in PyTorch.
public struct ConvTranspose1D: Layer {
  /// The kernels, in the shape that the layer's description gives.
  public var weight: Tensor
  /// nil where the layer was made without one.
  public var bias: Tensor?
  /// How far the window moves, along each spatial axis.
  public let stride: [Int]
  /// What surrounds the input.
  public let padding: [Int]
  /// What is added to the output's length, along each spatial axis.
  public let outputPadding: [Int]
  /// The distance of the kernel's places, along each spatial axis.
  public let dilation: [Int]
  /// Into how many groups the channels are cut, each convolved for itself.
  public let groups: Int

  /// A layer from `inputs` to `outputs` channels.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: any SpatialLengths, stride: any SpatialLengths = 1,
    padding: any SpatialLengths = 0, outputPadding: any SpatialLengths = 0,
    dilation: any SpatialLengths = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    let name = "ConvTranspose1D"
    let shape = ConvolutionSettings.shape(
      inputs, outputs, kernel, groups, axes: 1, name, isTransposed: true)
    self.stride = Spatial.spread(stride, axes: 1, atLeast: 1, "stride", name)
    self.padding = Spatial.spread(padding, axes: 1, atLeast: 0, "padding", name)
    self.outputPadding = Spatial.spread(outputPadding, axes: 1, atLeast: 0, "output padding", name)
    self.dilation = Spatial.spread(dilation, axes: 1, atLeast: 1, "dilation", name)
    self.groups = groups
    (weight, self.bias) = Initializer.makeWeightAndBias(
      shape, outputs: outputs, hasBias: bias, weightInitializer, biasInitializer)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    convTranspose1D(
      input, weight: weight, bias: bias, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
  }
}

/// Transposed convolution of images: x [N, in, H, W] → [N, out, H′, W′], see `convTranspose2D`.
///
/// `weight` is [in, out / groups, KH, KW], `bias` [out]. Both start uniform in
/// ±1/√(out / groups · KH · KW), as in PyTorch.
public struct ConvTranspose2D: Layer {
  /// The kernels, in the shape that the layer's description gives.
  public var weight: Tensor
  /// nil where the layer was made without one.
  public var bias: Tensor?
  /// How far the window moves, along each spatial axis.
  public let stride: [Int]
  /// What surrounds the input.
  public let padding: [Int]
  /// What is added to the output's length, along each spatial axis.
  public let outputPadding: [Int]
  /// The distance of the kernel's places, along each spatial axis.
  public let dilation: [Int]
  /// Into how many groups the channels are cut, each convolved for itself.
  public let groups: Int

  /// A layer from `inputs` to `outputs` channels.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: any SpatialLengths, stride: any SpatialLengths = 1,
    padding: any SpatialLengths = 0, outputPadding: any SpatialLengths = 0,
    dilation: any SpatialLengths = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    let name = "ConvTranspose2D"
    let shape = ConvolutionSettings.shape(
      inputs, outputs, kernel, groups, axes: 2, name, isTransposed: true)
    self.stride = Spatial.spread(stride, axes: 2, atLeast: 1, "stride", name)
    self.padding = Spatial.spread(padding, axes: 2, atLeast: 0, "padding", name)
    self.outputPadding = Spatial.spread(outputPadding, axes: 2, atLeast: 0, "output padding", name)
    self.dilation = Spatial.spread(dilation, axes: 2, atLeast: 1, "dilation", name)
    self.groups = groups
    (weight, self.bias) = Initializer.makeWeightAndBias(
      shape, outputs: outputs, hasBias: bias, weightInitializer, biasInitializer)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    convTranspose2D(
      input, weight: weight, bias: bias, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
  }
}
