import Arrays

/// A learning rate for every step of a training run: a value, so that a run can be resumed at any
/// step and a plot needs no run at all.
///
///     let schedule = WarmUp(steps: 500, before: CosineSchedule(from: 1e-3, steps: 20_000))
///     for step in 0..<20_500 {
///       optimizer.learningRate = schedule(step)
///       …
///     }
///
/// A step is whatever the program counts: an update or an epoch. `ReduceOnPlateau`, which looks at
/// how training goes, is no schedule.
public protocol Schedule: Sendable {
  /// The learning rate of a step, counted from 0.
  func callAsFunction(_ step: Int) -> Double
}

/// The same learning rate at every step.
public struct ConstantSchedule: Schedule, Hashable {
  /// The learning rate of every step.
  public var learningRate: Double

  /// A schedule that always gives this learning rate.
  public init(_ learningRate: Double) { self.learningRate = learningRate }

  public func callAsFunction(_ step: Int) -> Double { learningRate }
}

/// Stops where a number of steps is none.
func requirePositive(_ steps: Int, _ schedule: String, _ name: String) {
  if steps < 1 { stop("\(schedule): \(name) is \(steps); it must be at least 1") }
}
