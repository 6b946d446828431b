/// Exchanges left and right of some pictures.
public struct HorizontalFlip: Transform {
  /// How often, 0 … 1.
  public let probability: Double

  /// Flips with a probability.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    random.bernoulli(probability) ? image.flippedHorizontally() : image
  }
}

/// Exchanges top and bottom of some pictures.
public struct VerticalFlip: Transform {
  /// How often, 0 … 1.
  public let probability: Double

  /// Flips with a probability.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    random.bernoulli(probability) ? image.flippedVertically() : image
  }
}
