/// A learning rate that falls to `end` along a power of the steps that are left:
/// rate(t) = end + (start − end) · (1 − t / steps)^power, and `end` from `steps` on. A power of 1 is
/// a straight line.
public struct PolynomialSchedule: Schedule, Hashable {
  /// The learning rate of step 0.
  public var start: Double
  /// The learning rate from step `steps` on.
  public var end: Double
  /// How long it falls, at least 1.
  public var steps: Int
  /// The exponent.
  public var power: Double

  /// - Parameters:
  ///   - start: The learning rate of step 0.
  ///   - end: The learning rate from step `steps` on.
  ///   - steps: How long it falls, at least 1.
  ///   - power: The exponent.
  public init(from start: Double, to end: Double = 0, steps: Int, power: Double = 1) {
    requirePositive(steps, "PolynomialSchedule", "steps")
    self.start = start
    self.end = end
    self.steps = steps
    self.power = power
  }

  public func callAsFunction(_ step: Int) -> Double {
    let left = 1 - Double(min(step, steps)) / Double(steps)
    return end + (start - end) * Optimizers.power(left, power)
  }
}
