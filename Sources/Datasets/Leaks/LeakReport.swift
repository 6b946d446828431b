import Arrays

/// Pictures that occur twice, exactly or nearly, within a part of a data set or in two parts: what
/// stands in the training part and the test part makes a test look better than it is.
///
/// ```swift
/// let report = try LeakReport(["training": training, "test": test])
/// print(report)
/// ```
/// **Exact** duplicates have the same size and the same pixels. **Near** ones look alike: their
/// perceptual hashes differ in at most `hashDistance` of 63 bits, and their grey 16×16 thumbnails
/// correlate by at least `correlation`. A bit of the hash is whether one of the lowest frequencies
/// of the picture at 32×32 pixels (but its mean) lies above a gap near the median of that frequency
/// in the data; so each bit divides the pictures in about halves, and candidates are few. Resizing,
/// compression and changes of brightness or contrast are found; mirrored, turned or cut pictures are
/// not. Pictures of one grey are compared exactly only.
///
/// All pairs within the bounds are found, since two hashes that differ in d bits agree in one of
/// d + 1 pieces; time and memory grow with the number of pictures, and with that of pairs that are
/// alike in a piece.
public struct LeakReport: Sendable {
  /// A picture of one of the parts.
  public struct Place: Sendable, Hashable {
    /// The part's name.
    public let part: String
    /// The example's place in it.
    public let place: Int
    /// Its class.
    public let label: Int
  }

  /// Two pictures that are the same, or nearly.
  public struct Pair: Sendable, Hashable {
    public let first: Place
    public let second: Place
    /// In how many of 63 bits their hashes differ; 0 for exact duplicates.
    public let hashDistance: Int
    /// Of their thumbnails; 1 for exact duplicates.
    public let correlation: Float

    /// Whether the two are in different parts.
    public var isLeak: Bool { first.part != second.part }
    /// Whether the two have different classes.
    public var hasOtherLabel: Bool { first.label != second.label }
  }

  /// Each exact duplicate with the first picture that is the same.
  public let exact: [Pair]
  /// Near duplicates, but for pictures that are exact duplicates of others.
  public let near: [Pair]
  /// How many pictures were compared.
  public let count: Int
  /// The bound on differing bits.
  public let hashDistance: Int
  /// The bound on the correlation.
  public let correlation: Double

  /// Pairs of two different parts.
  public var leaks: [Pair] { (exact + near).filter(\.isLeak) }
  /// Pairs of different classes: at least one of the two is wrong.
  public var contradictions: [Pair] { (exact + near).filter(\.hasOtherLabel) }

  /// Compares all pictures of the parts with each other.
  ///
  /// - Parameters:
  ///   - parts: The parts with their names.
  ///   - hashDistance: The most bits of 63 in which near duplicates differ; at most 20.
  ///   - correlation: The least correlation of near duplicates' thumbnails.
  ///   - workers: Threads that read pictures.
  /// - Throws: `DatasetError` when a picture cannot be read.
  public init<Source: Dataset>(
    _ parts: KeyValuePairs<String, Source>, hashDistance: Int = 5, correlation: Double = 0.995,
    workers: Int = Loader.defaultWorkers
  ) throws(DatasetError) where Source.Example == Labelled<Image> {
    guard (0...20).contains(hashDistance) else {
      stop("LeakReport: hashDistance is \(hashDistance); it must be in 0 … 20")
    }
    var (places, traits): ([Place], [PictureTraits]) = ([], [])
    for (name, part) in parts {
      let found = try concurrentMap(part.count, workers: workers) {
        (place) throws(DatasetError) -> (Int, PictureTraits) in
        let example = try part.example(at: place)
        return (example.label, PictureTraits(example.value))
      }
      for (place, (label, trait)) in found.enumerated() {
        places.append(Place(part: name, place: place, label: label))
        traits.append(trait)
      }
    }
    self.hashDistance = hashDistance
    self.correlation = correlation
    count = places.count
    let search = DuplicateSearch(traits, hashDistance, Float(correlation))
    func pair(_ found: DuplicateSearch.Pair) -> Pair {
      Pair(
        first: places[found.first], second: places[found.second], hashDistance: found.distance,
        correlation: found.correlation)
    }
    exact = search.exact.map(pair)
    near = search.near.map(pair)
  }
}

extension LeakReport: CustomStringConvertible {
  /// The numbers of pairs, within and across parts, and the first few of those across.
  public var description: String {
    func line(_ name: String, _ pairs: [Pair]) -> String {
      let leaks = pairs.lazy.filter(\.isLeak).count
      let wrong = pairs.lazy.filter(\.hasOtherLabel).count
      return "\(name) duplicates: \(pairs.count), \(leaks) across parts, \(wrong) of two classes"
    }
    let examples = leaks.prefix(10).map { pair in
      "  \(pair.first.part) \(pair.first.place) and \(pair.second.part) \(pair.second.place)"
        + (pair.hashDistance == 0 && pair.correlation == 1
          ? "" : ": \(pair.hashDistance) bits, correlation \(pair.correlation)")
    }
    return
      ([
        "\(count) pictures", line("exact", exact),
        line("near", near) + " (\(hashDistance) bits, correlation \(correlation))",
      ] + examples).joined(separator: "\n")
  }
}
