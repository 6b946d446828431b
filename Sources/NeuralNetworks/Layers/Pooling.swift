import Arrays
import Tensors

/// The largest number of each window: x [N, C, L] → [N, C, L′], see `maxPool1D`.
public struct MaxPool1D: Layer {
  /// The lengths of the window, its steps and the distance of its places, along each spatial axis.
  public let window, stride, dilation: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// Whether the last window may reach over the end.
  public let ceiling: Bool

  /// The stride is the window unless said otherwise.
  public init(
    _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil, padding: Padding = 0,
    dilation: any SpatialLengths = 1, ceiling: Bool = false
  ) {
    self.window = Spatial.spread(window, axes: 1, atLeast: 1, "window", "MaxPool1D")
    self.stride = Spatial.spread(stride ?? window, axes: 1, atLeast: 1, "stride", "MaxPool1D")
    self.dilation = Spatial.spread(dilation, axes: 1, atLeast: 1, "dilation", "MaxPool1D")
    self.padding = padding
    self.ceiling = ceiling
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    maxPool1D(
      input, window, stride: stride, padding: padding, dilation: dilation, ceiling: ceiling)
  }
}

/// The largest number of each window: x [N, C, H, W] → [N, C, H′, W′], see `maxPool2D`.
public struct MaxPool2D: Layer {
  /// The lengths of the window, its steps and the distance of its places, along each spatial axis.
  public let window, stride, dilation: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// Whether the last window may reach over the end.
  public let ceiling: Bool

  /// The stride is the window unless said otherwise.
  public init(
    _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil, padding: Padding = 0,
    dilation: any SpatialLengths = 1, ceiling: Bool = false
  ) {
    self.window = Spatial.spread(window, axes: 2, atLeast: 1, "window", "MaxPool2D")
    self.stride = Spatial.spread(stride ?? window, axes: 2, atLeast: 1, "stride", "MaxPool2D")
    self.dilation = Spatial.spread(dilation, axes: 2, atLeast: 1, "dilation", "MaxPool2D")
    self.padding = padding
    self.ceiling = ceiling
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    maxPool2D(
      input, window, stride: stride, padding: padding, dilation: dilation, ceiling: ceiling)
  }
}

/// The mean of each window: x [N, C, L] → [N, C, L′], see `averagePool1D`.
public struct AveragePool1D: Layer {
  /// The lengths of the window and its steps, along each spatial axis.
  public let window, stride: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// Whether the last window may reach over the end.
  public let ceiling: Bool
  /// Whether padding counts as zeros in the means.
  public let countsPadding: Bool

  /// The stride is the window unless said otherwise.
  public init(
    _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil, padding: Padding = 0,
    ceiling: Bool = false, countsPadding: Bool = true
  ) {
    self.window = Spatial.spread(window, axes: 1, atLeast: 1, "window", "AveragePool1D")
    self.stride = Spatial.spread(stride ?? window, axes: 1, atLeast: 1, "stride", "AveragePool1D")
    self.padding = padding
    self.ceiling = ceiling
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    averagePool1D(
      input, window, stride: stride, padding: padding, ceiling: ceiling,
      countsPadding: countsPadding)
  }
}

/// The mean of each window: x [N, C, H, W] → [N, C, H′, W′], see `averagePool2D`.
public struct AveragePool2D: Layer {
  /// The lengths of the window and its steps, along each spatial axis.
  public let window, stride: [Int]
  /// What surrounds the input.
  public let padding: Padding
  /// Whether the last window may reach over the end.
  public let ceiling: Bool
  /// Whether padding counts as zeros in the means.
  public let countsPadding: Bool

  /// The stride is the window unless said otherwise.
  public init(
    _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil, padding: Padding = 0,
    ceiling: Bool = false, countsPadding: Bool = true
  ) {
    self.window = Spatial.spread(window, axes: 2, atLeast: 1, "window", "AveragePool2D")
    self.stride = Spatial.spread(stride ?? window, axes: 2, atLeast: 1, "stride", "AveragePool2D")
    self.padding = padding
    self.ceiling = ceiling
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    averagePool2D(
      input, window, stride: stride, padding: padding, ceiling: ceiling,
      countsPadding: countsPadding)
  }
}
