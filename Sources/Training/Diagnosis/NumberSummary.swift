import Arrays
import Tensors

/// Figures of many numbers: how many are none, the range, mean and spread of the others.
public struct NumberSummary: Sendable, Hashable {
  /// How many numbers there are.
  public private(set) var count = 0
  public private(set) var nanCount = 0
  public private(set) var infinityCount = 0
  /// Of the finite numbers; ±∞ where there are none.
  public private(set) var minimum = Double.infinity
  public private(set) var maximum = -Double.infinity
  public private(set) var mean = 0.0
  private var squares = 0.0

  /// The figures of nothing.
  public init() {}

  /// The figures of a tensor's elements.
  public init(_ tensor: Tensor) {
    add(tensor)
  }

  /// Takes a tensor's elements in.
  public mutating func add(_ tensor: Tensor) {
    let tensor = tensor.dataType == .float64 ? tensor : tensor.to(.float32)
    if tensor.dataType == .float64 {
      for number in tensor.scalars(as: Double.self) { add(number) }
    } else {
      for number in tensor.scalars(as: Float.self) { add(Double(number)) }
    }
  }

  // Welford, 1962, "Note on a method for calculating corrected sums of squares and products".
  private mutating func add(_ number: Double) {
    count += 1
    guard number.isFinite else {
      if number.isNaN { nanCount += 1 } else { infinityCount += 1 }
      return
    }
    minimum = min(minimum, number)
    maximum = max(maximum, number)
    let delta = number - mean
    mean += delta / Double(finiteCount)
    squares += delta * (number - mean)
  }

  /// How many numbers are finite.
  public var finiteCount: Int { count - nanCount - infinityCount }
  /// How many are NaN or infinite.
  public var nonFiniteCount: Int { nanCount + infinityCount }
  /// √(Σ (x − mean)² / n) of the finite numbers.
  public var standardDeviation: Double {
    finiteCount == 0 ? 0 : (squares / Double(finiteCount)).squareRoot()
  }
}
