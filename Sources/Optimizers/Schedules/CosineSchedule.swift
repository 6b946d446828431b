/// A learning rate that falls along half a cosine wave:
/// rate(t) = end + (start − end) · (1 + cos(π · t / steps)) / 2, and `end` from `steps` on.
///
/// Loshchilov and Hutter, “SGDR: Stochastic Gradient Descent with Warm Restarts”, 2017, without the
/// restarts.
public struct CosineSchedule: Schedule, Hashable {
  /// The learning rate of step 0.
  public var start: Double
  /// The learning rate from step `steps` on.
  public var end: Double
  /// How long it falls, at least 1.
  public var steps: Int

  /// - Parameters:
  ///   - start: The learning rate of step 0.
  ///   - end: The learning rate from step `steps` on.
  ///   - steps: How long it falls, at least 1.
  public init(from start: Double, to end: Double = 0, steps: Int) {
    requirePositive(steps, "CosineSchedule", "steps")
    self.start = start
    self.end = end
    self.steps = steps
  }

  public func callAsFunction(_ step: Int) -> Double {
    end + (start - end) * cosineFall(Double(min(step, steps)) / Double(steps))
  }
}

/// A learning rate that falls along half a cosine wave again and again, each time from the start:
/// rate(t) = end + (start − end) · (1 + cos(π · s / p)) / 2 in a period of p steps, of which s have
/// passed. Each period is `growth` times as long as the one before.
///
/// Loshchilov and Hutter, “SGDR: Stochastic Gradient Descent with Warm Restarts”, 2017.
public struct CosineRestartSchedule: Schedule, Hashable {
  /// The learning rate at the beginning of each period.
  public var start: Double
  /// What it falls towards.
  public var end: Double
  /// The length of the first period in steps, at least 1.
  public var period: Int
  /// By how much each period is longer than the one before, at least 1.
  public var growth: Int

  /// - Parameters:
  ///   - start: The learning rate at the beginning of each period.
  ///   - end: What it falls towards.
  ///   - period: The length of the first period in steps, at least 1.
  ///   - growth: By how much each period is longer than the one before, at least 1.
  public init(from start: Double, to end: Double = 0, period: Int, growth: Int = 1) {
    requirePositive(period, "CosineRestartSchedule", "period")
    requirePositive(growth, "CosineRestartSchedule", "growth")
    self.start = start
    self.end = end
    self.period = period
    self.growth = growth
  }

  public func callAsFunction(_ step: Int) -> Double {
    var length = period
    var passed = step
    if growth == 1 {
      passed %= length
    } else {
      while passed >= length {
        passed -= length
        length *= growth
      }
    }
    return end + (start - end) * cosineFall(Double(passed) / Double(length))
  }
}
