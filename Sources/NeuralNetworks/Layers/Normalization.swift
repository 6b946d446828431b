import Arrays
import Tensors

/// Layer normalization: y = (x − μ) / √(σ² + ε) · weight + bias, with mean and biased variance over
/// the last axes. Ba et al., 2016, "Layer normalization".
///
/// x […, shape…] → the same shape; `weight`, which starts as 1, and `bias`, which starts as 0, have
/// the normalized shape.
public struct LayerNorm: Layer {
  /// The factor of each element or channel; nil where the layer is not affine.
  public var weight: Tensor?
  /// What is added to each element or channel; nil where the layer has none.
  public var bias: Tensor?
  /// The lengths of the axes that are normalized together, the last ones of the input.
  public let normalizedShape: [Int]
  /// ε, added to the variance.
  public let epsilon: Double

  /// A layer that normalizes over `shape`: a number for the last axis alone, a list for several.
  public init(
    _ shape: any SpatialLengths, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true
  ) {
    normalizedShape = LastAxes.require(shape.spatialLengths, "LayerNorm")
    self.epsilon = epsilon
    weight = affine ? .ones(Shape(normalizedShape)) : nil
    self.bias = affine && bias ? .zeros(Shape(normalizedShape)) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let axes = LastAxes.axes(of: input, normalizedShape, "LayerNorm", weight, bias)
    guard let weight, let bias else {
      let plain = normalized(input, along: axes, epsilon: epsilon)
      return weight.map { plain * $0 } ?? plain
    }
    let parameters = Shape(
      Array(repeating: 1, count: input.rank - axes.count) + normalizedShape)
    return normalized(
      input, along: axes, scale: weight.reshaped(to: parameters),
      shift: bias.reshaped(to: parameters), epsilon: epsilon)
  }
}

/// Normalization by the root mean square: y = x / √(mean(x²) + ε) · weight over the last axes. Zhang &
/// Sennrich, 2019, "Root mean square layer normalization".
///
/// x […, shape…] → the same shape; `weight`, which starts as 1, has the normalized shape.
public struct RMSNorm: Layer {
  /// The factor of each element or channel; nil where the layer is not affine.
  public var weight: Tensor?
  /// The lengths of the axes that are normalized together, the last ones of the input.
  public let normalizedShape: [Int]
  /// ε, added to the mean square; nil for the distance of 1 to the next number of the input's
  /// element type, as in PyTorch.
  public let epsilon: Double?

  /// A layer that normalizes over `shape`: a number for the last axis alone, a list for several.
  public init(_ shape: any SpatialLengths, epsilon: Double? = nil, affine: Bool = true) {
    normalizedShape = LastAxes.require(shape.spatialLengths, "RMSNorm")
    self.epsilon = epsilon
    weight = affine ? .ones(Shape(normalizedShape)) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let axes = LastAxes.axes(of: input, normalizedShape, "RMSNorm", weight)
    let standard: Double
    switch input.dataType {
    case .float64: standard = Double.ulpOfOne
    case .float16: standard = Double(Float16.ulpOfOne)
    case .bfloat16: standard = 0x1p-7
    default: standard = Double(Float.ulpOfOne)
    }
    let wide = input.widened()
    let mean = square(wide).mean(along: axes, keepingAxes: true)
    let plain = (wide * rsqrt(mean + (epsilon ?? standard))).to(input.dataType)
    return weight.map { plain * $0 } ?? plain
  }
}

/// Group normalization: the channels are cut into groups, each normalized over its channels and all
/// spatial axes, then y = x̂ · weight + bias for each channel. Wu & He, 2018, "Group normalization".
///
/// x [N, channels, …] → the same shape; `weight` starts as 1, `bias` as 0, both [channels].
public struct GroupNorm: Layer {
  /// The factor of each element or channel; nil where the layer is not affine.
  public var weight: Tensor?
  /// What is added to each element or channel; nil where the layer has none.
  public var bias: Tensor?
  /// Into how many groups the channels are cut.
  public let groups: Int
  /// The number of channels.
  public let channels: Int
  /// ε, added to the variance.
  public let epsilon: Double

  /// A layer of `groups` groups, which must divide `channels`.
  public init(_ groups: Int, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true) {
    if groups < 1 || channels < 1 || channels % groups != 0 {
      stop("GroupNorm: \(groups) groups of \(channels) channels; groups must divide channels")
    }
    self.groups = groups
    self.channels = channels
    self.epsilon = epsilon
    weight = affine ? .ones([channels]) : nil
    bias = affine ? .zeros([channels]) : nil
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    if input.rank < 2 || input.shape[1] != channels {
      stop(
        "GroupNorm",
        "input \(input.shape) does not fit \(channels) channels: it takes [N, \(channels), …]",
        at: weight, bias)
    }
    let spatial = Array(input.shape.lengths.dropFirst(2))
    let cut = input.reshaped(to: Shape([input.shape[0], groups, channels / groups] + spatial))
    let parameters = Shape([1, groups, channels / groups] + spatial.map { _ in 1 })
    return normalized(
      cut, along: Array(2..<cut.rank), scale: weight?.reshaped(to: parameters),
      shift: bias?.reshaped(to: parameters), epsilon: epsilon
    ).reshaped(to: input.shape)
  }
}

/// Normalization over the last axes.
private enum LastAxes {
  static func require(_ shape: [Int], _ name: String) -> [Int] {
    if shape.isEmpty || shape.contains(where: { $0 < 1 }) {
      stop("\(name): normalized shape \(Shape(shape)); it needs an axis, and none may be empty")
    }
    return shape
  }

  /// The axes of `x` that have the lengths of `shape`; stops where others have, at the layer's
  /// parameters.
  static func axes(
    of x: Tensor, _ shape: [Int], _ name: String, _ weight: Tensor?, _ bias: Tensor? = nil
  ) -> [Int] {
    if x.shape.lengths.suffix(shape.count) != shape[...] {
      let lengths = shape.map(String.init).joined(separator: ", ")
      stop(name, "input \(x.shape) does not fit: it takes […, \(lengths)]", at: weight, bias)
    }
    return Array(x.rank - shape.count..<x.rank)
  }
}
