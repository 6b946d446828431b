/// The mean of numbers that count differently: Σ wᵢ xᵢ / Σ wᵢ.
public struct RunningMean: Sendable, Hashable, Codable {
  /// Σ wᵢ xᵢ.
  public private(set) var sum = 0.0
  /// Σ wᵢ.
  public private(set) var weight = 0.0

  /// The mean of nothing yet.
  public init() {}

  /// A mean from its two sums.
  init(sum: Double, weight: Double) { (self.sum, self.weight) = (sum, weight) }

  /// The mean; NaN of nothing.
  public var value: Double { weight == 0 ? .nan : sum / weight }

  /// Takes note of a number with a weight, as the mean loss of that many examples.
  public mutating func add(_ value: Double, weight: Double = 1) {
    sum += value * weight
    self.weight += weight
  }

  /// Takes note of all that another mean has noted.
  public mutating func merge(_ other: RunningMean) {
    sum += other.sum
    weight += other.weight
  }

  /// Both sums, for metrics that are means.
  var record: [Double] { [sum, weight] }

  mutating func restore(_ record: [Double]) -> Bool {
    guard record.count == 2 else { return false }
    (sum, weight) = (record[0], record[1])
    return true
  }
}
