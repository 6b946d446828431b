import Arrays
import Tensors

/// The mean of (output − target)² over all elements.
public struct MeanSquaredError: Metric {
  public var name: String { "mse" }
  public var value: Double { mean.value }
  private var mean = RunningMean()

  public init() {}

  /// The sum and the count.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    NumberTargets.require(outputs, targets, in: "MeanSquaredError")
    let (x, y) = (outputs.reshaped(to: [-1]), targets.reshaped(to: [-1]))
    return [square(x.to(.float64) - y.to(.float64)).sum(), Tensor(outputs.count)]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: MeanSquaredError) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}

/// The mean of |output − target| over all elements.
public struct MeanAbsoluteError: Metric {
  public var name: String { "mae" }
  public var value: Double { mean.value }
  private var mean = RunningMean()

  public init() {}

  /// The sum and the count.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    NumberTargets.require(outputs, targets, in: "MeanAbsoluteError")
    let (x, y) = (outputs.reshaped(to: [-1]), targets.reshaped(to: [-1]))
    return [abs(x.to(.float64) - y.to(.float64)).sum(), Tensor(outputs.count)]
  }

  public mutating func add(_ observation: [Tensor]) { mean.add(counts: observation) }
  public mutating func merge(_ other: MeanAbsoluteError) { mean.merge(other.mean) }
  public var record: [Double] { mean.record }
  public mutating func restore(_ record: [Double]) -> Bool { mean.restore(record) }
}

/// The coefficient of determination, R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: the part of the targets'
/// variance that the outputs explain.
///
/// Where all targets are alike it is 1 if they are met exactly and 0 otherwise, as in scikit-learn;
/// NaN for fewer than two. All elements count as one series.
///
/// Means and squares are gathered by the formula for two parts of Chan, Golub and LeVeque,
/// “Updating formulae and a pairwise algorithm for computing sample variances”, 1979, so that large
/// targets of small variance lose no digits.
public struct R2: Metric {
  public var name: String { "r2" }
  private var count = 0.0
  private var mean = 0.0
  /// Σ(y − ȳ)².
  private var spread = 0.0
  /// Σ(y − ŷ)².
  private var residual = 0.0

  public init() {}

  public var value: Double {
    if count < 2 { return .nan }
    if spread == 0 { return residual == 0 ? 1 : 0 }
    return 1 - residual / spread
  }

  /// The count, the targets' mean, and both sums of squares.
  public func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor] {
    NumberTargets.require(outputs, targets, in: "R2")
    let y = targets.reshaped(to: [-1]).to(.float64)
    let error = y - outputs.reshaped(to: [-1]).to(.float64)
    let mean = y.mean()
    return [Tensor(y.count), mean, square(y - mean).sum(), square(error).sum()]
  }

  public mutating func add(_ observation: [Tensor]) {
    var part = R2()
    _ = part.restore(observation.map { $0.item() })
    merge(part)
  }

  public mutating func merge(_ other: R2) {
    if other.count == 0 { return }
    let total = count + other.count
    let distance = other.mean - mean
    spread += other.spread + distance * distance * (count * other.count / total)
    mean += distance * (other.count / total)
    residual += other.residual
    count = total
  }

  public var record: [Double] { [count, mean, spread, residual] }

  public mutating func restore(_ record: [Double]) -> Bool {
    guard record.count == 4 else { return false }
    (count, mean, spread, residual) = (record[0], record[1], record[2], record[3])
    return true
  }
}
