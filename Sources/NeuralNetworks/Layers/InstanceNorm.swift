import Arrays
import Tensors

/// Instance normalization along one axis: x [N, features, L] → the same shape, see `InstanceNorm2D`.
public struct InstanceNorm1D: Layer {
  /// The factor of each channel, [features]; nil unless the layer is affine.
  public var weight: Tensor?
  /// What is added to each channel, [features]; nil unless the layer is affine.
  public var bias: Tensor?
  /// The number of channels.
  public let features: Int
  /// ε, added to the variance.
  public let epsilon: Double

  /// A layer for `features` channels; `affine` decides whether it has weight and bias.
  public init(_ features: Int, epsilon: Double = 1e-5, affine: Bool = false) {
    if features < 1 { stop("InstanceNorm1D: \(features) features; there must be at least one") }
    self.features = features
    self.epsilon = epsilon
    weight = affine ? .ones([features]) : nil
    bias = affine ? .zeros([features]) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    instanceNormalized(input, features, weight, bias, epsilon, rank: 3, "InstanceNorm1D")
  }
}

/// Instance normalization of images: y = (x − μ) / √(σ² + ε) · weight + bias, with mean and biased
/// variance over the spatial axes of each channel of each example, in training or not. Ulyanov et
/// al., 2016, "Instance normalization: the missing ingredient for fast stylization".
///
/// x [N, features, H, W] → the same shape. As in PyTorch there are no `weight` and `bias` unless
/// `affine` asks for them; they start as 1 and 0.
public struct InstanceNorm2D: Layer {
  /// The factor of each channel, [features]; nil unless the layer is affine.
  public var weight: Tensor?
  /// What is added to each channel, [features]; nil unless the layer is affine.
  public var bias: Tensor?
  /// The number of channels.
  public let features: Int
  /// ε, added to the variance.
  public let epsilon: Double

  /// A layer for `features` channels; `affine` decides whether it has weight and bias.
  public init(_ features: Int, epsilon: Double = 1e-5, affine: Bool = false) {
    if features < 1 { stop("InstanceNorm2D: \(features) features; there must be at least one") }
    self.features = features
    self.epsilon = epsilon
    weight = affine ? .ones([features]) : nil
    bias = affine ? .zeros([features]) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    instanceNormalized(input, features, weight, bias, epsilon, rank: 4, "InstanceNorm2D")
  }
}

private func instanceNormalized(
  _ x: Tensor, _ features: Int, _ weight: Tensor?, _ bias: Tensor?, _ epsilon: Double, rank: Int,
  _ name: String
) -> Tensor {
  if x.rank != rank || x.shape[1] != features {
    stop(
      name,
      "input \(x.shape) does not fit \(features) features: it takes "
        + "[N, \(features), \(rank == 3 ? "L" : "H, W")]", at: weight, bias)
  }
  let parameters = Shape([1, features] + Array(repeating: 1, count: rank - 2))
  return normalized(
    x, along: Array(2..<rank), scale: weight?.reshaped(to: parameters),
    shift: bias?.reshaped(to: parameters), epsilon: epsilon)
}
