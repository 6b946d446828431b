/// A change that examples go through on their way from a data set to a model.
///
/// A small value, the same for all threads. What is random about it comes from the argument alone,
/// so that an example is changed in the same way whenever a loader asks for it again.
///
/// ```swift
/// let training = RandomCrop(32, padding: 4).then(HorizontalFlip()).then(ToTensor())
/// ```
public protocol Transform<Input, Output>: Sendable {
  associatedtype Input
  associatedtype Output

  /// The changed example.
  ///
  /// - Throws: `DatasetError` with the reason `unsuitedExample` where it cannot be changed so, as a
  ///   picture that is smaller than what is to be cropped.
  func callAsFunction(
    _ input: Input, using random: inout RandomScalars
  ) throws(DatasetError) -> Output
}

extension Transform {
  /// The transform of an example outside of a loader; `seed` and `place` name what is drawn.
  public func callAsFunction(
    _ input: Input, seed: UInt64 = 0, place: Int = 0
  ) throws(DatasetError) -> Output {
    var random = RandomScalars(seed: seed, place: place)
    return try self(input, using: &random)
  }

  /// This transform, then another one of what it gives.
  public func then<Next: Transform>(_ next: Next) -> Sequenced<Self, Next>
  where Next.Input == Output {
    Sequenced(first: self, second: next)
  }
}

/// Two transforms, one after the other.
public struct Sequenced<First: Transform, Second: Transform>: Transform
where First.Output == Second.Input {
  /// What is done first.
  public let first: First
  /// What is done with the result.
  public let second: Second

  public func callAsFunction(
    _ input: First.Input, using random: inout RandomScalars
  ) throws(DatasetError) -> Second.Output {
    try second(first(input, using: &random), using: &random)
  }
}

/// Any number of transforms that each give what they are given: a list that is known only when the
/// program runs.
public struct TransformList<Value>: Transform {
  /// In the order in which they are applied.
  public let transforms: [any Transform<Value, Value>]

  /// Transforms in the order in which they are applied; without any, nothing changes.
  public init(_ transforms: [any Transform<Value, Value>]) { self.transforms = transforms }

  public func callAsFunction(
    _ input: Value, using random: inout RandomScalars
  ) throws(DatasetError) -> Value {
    var value = input
    for transform in transforms { value = try transform(value, using: &random) }
    return value
  }
}

/// A transform with a probability; otherwise the example stays as it is.
public struct Sometimes<Base: Transform>: Transform where Base.Input == Base.Output {
  /// How often the transform is applied, 0 … 1.
  public let probability: Double
  /// What is applied.
  public let transform: Base

  /// Applies a transform with a probability.
  public init(_ probability: Double, _ transform: Base) {
    self.probability = probability
    self.transform = transform
  }

  public func callAsFunction(
    _ input: Base.Input, using random: inout RandomScalars
  ) throws(DatasetError) -> Base.Input {
    random.bernoulli(probability) ? try transform(input, using: &random) : input
  }
}
