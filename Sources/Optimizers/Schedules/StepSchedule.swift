/// A learning rate that falls by a factor every so many steps:
/// rate(t) = start · factor^⌊t / every⌋.
public struct StepSchedule: Schedule, Hashable {
  /// The learning rate of step 0.
  public var start: Double
  /// How many steps the rate stays, at least 1.
  public var every: Int
  /// What it is then multiplied by.
  public var factor: Double

  /// - Parameters:
  ///   - start: The learning rate of step 0.
  ///   - every: How many steps the rate stays, at least 1.
  ///   - factor: What it is then multiplied by.
  public init(from start: Double, every: Int, factor: Double = 0.1) {
    requirePositive(every, "StepSchedule", "every")
    self.start = start
    self.every = every
    self.factor = factor
  }

  public func callAsFunction(_ step: Int) -> Double {
    start * power(factor, step / every)
  }
}

/// A learning rate that falls by a factor at each of some steps:
/// rate(t) = start · factor^(number of milestones ≤ t).
public struct MultiStepSchedule: Schedule, Hashable {
  /// The learning rate of step 0.
  public var start: Double
  /// The steps, in any order, from which on the rate is multiplied once more; one given twice
  /// counts twice.
  public var milestones: [Int]
  /// What it is multiplied by.
  public var factor: Double

  /// - Parameters:
  ///   - start: The learning rate of step 0.
  ///   - milestones: The steps, in any order, from which on the rate is multiplied once more; one
  ///     given twice counts twice.
  ///   - factor: What it is multiplied by.
  public init(from start: Double, milestones: [Int], factor: Double = 0.1) {
    self.start = start
    self.milestones = milestones
    self.factor = factor
  }

  public func callAsFunction(_ step: Int) -> Double {
    start * power(factor, milestones.count { $0 <= step })
  }
}

/// A learning rate that falls by a factor at every step: rate(t) = start · factorᵗ.
public struct ExponentialSchedule: Schedule, Hashable {
  /// The learning rate of step 0.
  public var start: Double
  /// What it is multiplied by at every step.
  public var factor: Double

  /// A schedule from the learning rate of step 0 and what it is multiplied by at every step.
  public init(from start: Double, factor: Double) {
    self.start = start
    self.factor = factor
  }

  public func callAsFunction(_ step: Int) -> Double { start * power(factor, step) }
}
