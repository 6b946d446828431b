/// Examples that are asked for by their places, so that they can be shuffled, split and read in
/// parallel without all of them being in memory.
///
/// An array is a data set of its elements (`ArrayDataset`); so are tables, folders of images, files
/// of audio. Splits and transforms make a data set of another one.
public protocol Dataset<Example>: Sendable {
  associatedtype Example: Sendable

  /// How many examples there are.
  var count: Int { get }

  /// Reads or makes the example of a place in 0 ..< count. Several threads may ask at once.
  ///
  /// - Throws: `DatasetError` when the example cannot be read.
  func example(at place: Int) throws(DatasetError) -> Example
}

/// The elements of an array as a data set.
public struct ArrayDataset<Example: Sendable>: Dataset {
  /// The examples.
  public let examples: [Example]

  /// A data set of these examples.
  public init(_ examples: [Example]) { self.examples = examples }

  public var count: Int { examples.count }

  public func example(at place: Int) throws(DatasetError) -> Example { examples[place] }
}

/// Some places of a data set, in an order; a place may occur more than once.
public struct Subset<Base: Dataset>: Dataset {
  /// The whole.
  public let base: Base
  /// The places of the examples in `base`.
  public let places: [Int]

  /// The examples of these places, which must be in 0 ..< base.count.
  public init(_ base: Base, places: [Int]) {
    self.base = base
    self.places = places
  }

  public var count: Int { places.count }

  public func example(at place: Int) throws(DatasetError) -> Base.Example {
    try base.example(at: places[place])
  }
}

/// A data set whose examples are those of another one, changed.
public struct MappedDataset<Base: Dataset, Example: Sendable>: Dataset {
  /// What the examples are made of.
  public let base: Base
  private let transform: @Sendable (Base.Example) throws(DatasetError) -> Example

  /// The examples of `base` after `transform`, each time when they are asked for.
  public init(
    _ base: Base, _ transform: @escaping @Sendable (Base.Example) throws(DatasetError) -> Example
  ) {
    self.base = base
    self.transform = transform
  }

  public var count: Int { base.count }

  public func example(at place: Int) throws(DatasetError) -> Example {
    try transform(base.example(at: place))
  }
}
