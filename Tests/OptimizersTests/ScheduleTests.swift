import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("schedules", from: .module)

/// Every schedule, step by step, against the oracle.
struct ScheduleTests {
  @Test(arguments: file.cases)
  func agreesWithTheOracle(_ golden: GoldenCase) throws {
    let expected = try golden.floats("rates")
    let actual =
      golden.kind == "reduceOnPlateau" ? try plateau(golden) : try rates(golden, expected.count)
    // Rates of 10⁻⁵ and below count as much as large ones.
    expectClose(
      actual: actual.map { Float($0) }, expected: expected, absolute: 1e-12, relative: 1e-5,
      golden.name)
  }

  private func rates(_ golden: GoldenCase, _ count: Int) throws -> [Double] {
    let schedule: any Schedule = try schedule(golden)
    if let cycle = schedule as? OneCycleSchedule {
      expectClose(
        actual: (0..<count).map { Float(cycle.momentum(at: $0)) },
        expected: try golden.floats("momenta"), "\(golden.name), momenta")
    }
    return (0..<count).map { schedule($0) }
  }

  private func schedule(_ golden: GoldenCase) throws -> any Schedule {
    let rate = try golden.double("rate", or: 0)
    switch golden.kind {
    case "constant": return ConstantSchedule(rate)
    case "step":
      return StepSchedule(
        from: rate, every: try golden.int("every"), factor: try golden.double("factor"))
    case "multiStep":
      return MultiStepSchedule(
        from: rate, milestones: try golden.ints("milestones"), factor: try golden.double("factor"))
    case "exponential": return ExponentialSchedule(from: rate, factor: try golden.double("factor"))
    case "polynomial":
      return PolynomialSchedule(
        from: rate, steps: try golden.int("steps"), power: try golden.double("power"))
    case "cosine":
      return CosineSchedule(
        from: rate, to: try golden.double("minimum"), steps: try golden.int("steps"))
    case "cosineWithRestarts":
      return CosineRestartSchedule(
        from: rate, to: try golden.double("minimum"), period: try golden.int("period"),
        growth: try golden.int("growth"))
    case "warmUp":
      return WarmUp(
        steps: try golden.int("steps"), from: try golden.double("start"),
        before: ConstantSchedule(rate))
    case "warmUpThenCosine":
      return WarmUp(
        steps: try golden.int("steps"), from: try golden.double("start"),
        before: CosineSchedule(from: rate, steps: try golden.int("rest")))
    case "oneCycle": return try oneCycle(golden)
    default: throw GoldenError("nothing compares \(golden.kind)")
    }
  }

  private func oneCycle(_ golden: GoldenCase) throws -> OneCycleSchedule {
    let momenta = try golden.double("lowMomentum")...golden.double("highMomentum")
    return OneCycleSchedule(
      maximum: try golden.double("maximum"), steps: try golden.int("steps"),
      riseFraction: try golden.double("start"), startDivisor: try golden.double("division"),
      endDivisor: try golden.double("finalDivision"),
      form: try golden.string("shape") == "cosine" ? .cosine : .linear,
      hasThreePhases: try golden.int("phases") == 3, momenta: momenta)
  }

  private func plateau(_ golden: GoldenCase) throws -> [Double] {
    let threshold = try golden.double("threshold")
    var plateau = ReduceOnPlateau(
      from: try golden.double("rate"),
      goal: try golden.string("mode") == "min" ? .minimum : .maximum,
      factor: try golden.double("factor"), patience: try golden.int("patience"),
      threshold: try golden.bool("thresholdIsRelative")
        ? .relative(threshold) : .absolute(threshold),
      cooldown: try golden.int("cooldown"), minimum: try golden.double("minimum"))
    return try golden.floats("metrics").map { metric in
      plateau.report(Double(metric))
      return plateau.learningRate
    }
  }

  private static let ends: [(any Schedule, Double)] = [
    (PolynomialSchedule(from: 1, to: 0.25, steps: 10, power: 2), 0.25),
    (CosineSchedule(from: 1, to: 0.125, steps: 10), 0.125),
    (WarmUp(steps: 5, before: CosineSchedule(from: 1, steps: 3)), 0),
    (OneCycleSchedule(maximum: 1, steps: 10, startDivisor: 10, endDivisor: 10), 0.01),
    (ConstantSchedule(3), 3),
  ]

  /// What schedules give beyond their last step.
  @Test(arguments: ends)
  func staysAtItsEnd(_ schedule: any Schedule, _ end: Double) {
    for step in [100, 1_000_000] { #expect(abs(schedule(step) - end) < 1e-12) }
  }

  @Test func rejectsAPeriodOfNothing() async {
    await #expect(processExitsWith: .failure) { _ = CosineSchedule(from: 1, steps: 0) }
    await #expect(processExitsWith: .failure) { _ = StepSchedule(from: 1, every: 0) }
  }

  @Test func aPlateauForgetsWhatIsNotANumber() {
    var plateau = ReduceOnPlateau(from: 1, factor: 0.5, patience: 1)
    for metric in [2, .nan, 1, .nan, .nan] { plateau.report(metric) }
    #expect(plateau.best == 1 && plateau.learningRate == 0.5)
  }
}
