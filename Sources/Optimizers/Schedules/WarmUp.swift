import Arrays

/// A learning rate that first rises along a straight line, and then follows another schedule:
/// rate(t) = next(0) · (f + (1 − f) · t / steps) for t < steps, with f the fraction that it starts
/// from, then next(t − steps).
///
///     let schedule = WarmUp(steps: 500, before: CosineSchedule(from: 1e-3, steps: 20_000))
public struct WarmUp<Next: Schedule>: Schedule {
  /// How long it rises.
  public var steps: Int
  /// What step 0 has of the rate that is risen to.
  public var fraction: Double
  /// The schedule that follows; its step 0 is step `steps` of the whole.
  public var next: Next

  /// - Parameters:
  ///   - steps: How long it rises.
  ///   - fraction: What step 0 has of the rate that is risen to.
  ///   - next: The schedule that follows; its step 0 is step `steps` of the whole.
  public init(steps: Int, from fraction: Double = 0, before next: Next) {
    if steps < 0 { stop("WarmUp: steps is \(steps); it must not be negative") }
    self.steps = steps
    self.fraction = fraction
    self.next = next
  }

  public func callAsFunction(_ step: Int) -> Double {
    guard step < steps else { return next(step - steps) }
    return next(0) * (fraction + (1 - fraction) * Double(step) / Double(steps))
  }
}
