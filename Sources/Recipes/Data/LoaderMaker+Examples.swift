import Datasets

extension LoaderMaker {
  /// A sample, if it is of the size of all others.
  ///
  /// - Throws: `DatasetError` that names the example, if it is not.
  func checked(_ sample: Sample, _ place: Int) throws(DatasetError) -> Sample {
    let found = sample.input.shape.lengths
    guard let expected, !expected.fits(found) else { return sample }
    throw DatasetError(
      .wrongShape, file: material.names.isEmpty ? "example \(place)" : material.names[place],
      found: Features(found).words,
      expected: expected.words + ", as others come to; transforms must make one size")
  }

  /// The windows of a text that begin at these places.
  ///
  /// In training they may begin later, as far as what follows is of the training part too: what
  /// validation and test are of is never learned.
  func tokenWindows(_ places: [Int], _ context: Int) -> [TokenWindow] {
    let own = Set(places)
    return places.map { place in
      let isFollowed = own.contains(place + 1) || place + 1 == material.count
      return TokenWindow(start: place * context, beginnings: isFollowed ? context : 1)
    }
  }
}

/// A window of a text.
struct TokenWindow: Sendable {
  /// Its first token.
  let start: Int
  /// How many tokens, from the first one on, it may begin at.
  let beginnings: Int
}

/// An example and its place in the source.
struct Placed<Example: Sendable>: Sendable {
  let place: Int
  let example: Example
}

/// Some places of a data set, each example with its place.
struct PlacedSubset<Base: Dataset>: Dataset {
  private let base: Base
  private let places: [Int]

  init(_ base: Base, places: [Int]) { (self.base, self.places) = (base, places) }

  var count: Int { places.count }

  func example(at index: Int) throws(DatasetError) -> Placed<Base.Example> {
    Placed(place: places[index], example: try base.example(at: places[index]))
  }
}
