/// One rise of the learning rate to a maximum and one fall, far below where it began, while momentum
/// moves the other way.
///
/// Smith and Topin, “Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
/// Rates”, 2018. Three phases are the paper's: up, down to the start, down to the end; two phases
/// fall from the maximum to the end at once.
public struct OneCycleSchedule: Schedule, Hashable {
  /// The form of rise and fall.
  public enum Form: Sendable, Hashable, CaseIterable {
    case cosine, linear
  }

  /// The largest learning rate.
  public var maximum: Double
  /// The length of the whole, at least 1; later steps have the rate of the last.
  public var steps: Int
  /// The part of the steps in which the rate rises.
  public var riseFraction: Double
  /// The rate starts from maximum / startDivisor.
  public var startDivisor: Double
  /// It ends at maximum / startDivisor / endDivisor.
  public var endDivisor: Double
  /// A cosine wave or straight lines.
  public var form: Form
  /// Whether it falls as long as it rose, to where it began, and then on.
  public var hasThreePhases: Bool
  /// The momentum while the learning rate is largest, and at the start and the end.
  public var momenta: ClosedRange<Double>

  /// - Parameters:
  ///   - maximum: The largest learning rate.
  ///   - steps: The length of the whole, at least 1; later steps have the rate of the last.
  ///   - riseFraction: The part of the steps in which the rate rises.
  ///   - startDivisor: The rate starts from maximum / startDivisor.
  ///   - endDivisor: It ends at maximum / startDivisor / endDivisor.
  ///   - form: A cosine wave or straight lines.
  ///   - hasThreePhases: Whether it falls as long as it rose, to where it began, and then on.
  ///   - momenta: The momentum falls from the upper bound to the lower one and rises again.
  public init(
    maximum: Double, steps: Int, riseFraction: Double = 0.3, startDivisor: Double = 25,
    endDivisor: Double = 1e4, form: Form = .cosine, hasThreePhases: Bool = false,
    momenta: ClosedRange<Double> = 0.85...0.95
  ) {
    requirePositive(steps, "OneCycleSchedule", "steps")
    self.maximum = maximum
    self.steps = steps
    self.riseFraction = riseFraction
    self.startDivisor = startDivisor
    self.endDivisor = endDivisor
    self.form = form
    self.hasThreePhases = hasThreePhases
    self.momenta = momenta
  }

  public func callAsFunction(_ step: Int) -> Double {
    let start = maximum / startDivisor
    return value(step, [start, maximum] + (hasThreePhases ? [start] : []) + [start / endDivisor])
  }

  /// The momentum of a step, for optimizers that have one.
  public func momentum(at step: Int) -> Double {
    let (low, high) = (momenta.lowerBound, momenta.upperBound)
    return value(step, [high, low, high] + (hasThreePhases ? [high] : []))
  }

  /// The value at a step of a course through `corners`.
  private func value(_ step: Int, _ corners: [Double]) -> Double {
    let last = Double(steps - 1)
    let rise = riseFraction * Double(steps) - 1
    let places = hasThreePhases ? [0, rise, 2 * rise, last] : [0, rise, last]
    let time = min(Double(step), last)
    // The last phase also takes what rounding leaves behind the others.
    let phase = (1..<places.count).first { time <= places[$0] } ?? places.count - 1
    let length = places[phase] - places[phase - 1]
    let progress = length > 0 ? (time - places[phase - 1]) / length : 1
    let (from, to) = (corners[phase - 1], corners[phase])
    switch form {
    case .cosine: return to + (from - to) * cosineFall(progress)
    case .linear: return from + (to - from) * progress
    }
  }
}
