import Arrays
import Tensors

/// The mean of each channel: x [N, C, L] → [N, C].
public struct GlobalAveragePool1D: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { globalAveragePool(input) }
}

/// The mean of each channel: x [N, C, H, W] → [N, C].
public struct GlobalAveragePool2D: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { globalAveragePool(input) }
}

/// The largest number of each channel: x [N, C, L] → [N, C].
public struct GlobalMaxPool1D: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { globalMaxPool(input) }
}

/// The largest number of each channel: x [N, C, H, W] → [N, C].
public struct GlobalMaxPool2D: Layer {
  public init() {}
  public func callAsFunction(_ input: Tensor) -> Tensor { globalMaxPool(input) }
}

/// The mean of each of `output` windows: x [N, C, L] → [N, C, output], see `adaptiveAveragePool1D`.
public struct AdaptiveAveragePool1D: Layer {
  /// How many windows there are, along each spatial axis.
  public let output: [Int]

  /// A layer that gives `output` places.
  public init(_ output: any SpatialLengths) {
    self.output = Spatial.spread(output, axes: 1, atLeast: 1, "output", "AdaptiveAveragePool1D")
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveAveragePool1D(input, output) }
}

/// The mean of each of `output` windows: x [N, C, H, W] → [N, C, output…], see
/// `adaptiveAveragePool2D`.
public struct AdaptiveAveragePool2D: Layer {
  /// How many windows there are, along each spatial axis.
  public let output: [Int]

  /// One number for both axes, or height and width.
  public init(_ output: any SpatialLengths) {
    self.output = Spatial.spread(output, axes: 2, atLeast: 1, "output", "AdaptiveAveragePool2D")
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveAveragePool2D(input, output) }
}

/// The largest number of each of `output` windows: x [N, C, L] → [N, C, output], see
/// `adaptiveMaxPool1D`.
public struct AdaptiveMaxPool1D: Layer {
  /// How many windows there are, along each spatial axis.
  public let output: [Int]

  /// A layer that gives `output` places.
  public init(_ output: any SpatialLengths) {
    self.output = Spatial.spread(output, axes: 1, atLeast: 1, "output", "AdaptiveMaxPool1D")
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveMaxPool1D(input, output) }
}

/// The largest number of each of `output` windows: x [N, C, H, W] → [N, C, output…], see
/// `adaptiveMaxPool2D`.
public struct AdaptiveMaxPool2D: Layer {
  /// How many windows there are, along each spatial axis.
  public let output: [Int]

  /// One number for both axes, or height and width.
  public init(_ output: any SpatialLengths) {
    self.output = Spatial.spread(output, axes: 2, atLeast: 1, "output", "AdaptiveMaxPool2D")
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { adaptiveMaxPool2D(input, output) }
}
