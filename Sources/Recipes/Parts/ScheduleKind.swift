import Optimizers
import Training

/// Where the learning rate comes from: how it is written, and how it is made for a run of so many
/// steps from the optimizer's own rate.
struct ScheduleKind: Sendable {
  let variant: Variant
  let make: @Sendable (Entry, _ rate: Double, _ steps: Int) -> LearningRate

  private static let warmup = Key(
    "warmup", .number(.fraction), "0",
    "The part of the run in which the rate rises from 0 before the schedule begins.")

  /// `next` for the steps that warming up leaves, behind it.
  private static func warmed(
    _ options: Entry, _ steps: Int, _ next: (Int) -> any Schedule
  ) -> LearningRate {
    let rise = min(steps - 1, Int((options.number("warmup") * Double(steps)).rounded()))
    let schedule = next(max(1, steps - rise))
    return .schedule(rise > 0 ? risen(rise, schedule) : schedule)
  }

  private static func risen(_ steps: Int, _ next: some Schedule) -> any Schedule {
    WarmUp(steps: steps, before: next)
  }

  static let all: [ScheduleKind] = [
    ScheduleKind(variant: Variant("constant", "The same rate, after a rise.", [warmup])) {
      options, rate, steps in warmed(options, steps) { _ in ConstantSchedule(rate) }
    },
    ScheduleKind(
      variant: Variant(
        "cosine", "Falls along half a cosine wave to the end of the run.",
        example: "cosine: {warmup: 0.05}",
        [Key("end", .number(.fraction), "0", "What is left at the end, of the rate."), warmup])
    ) { options, rate, steps in
      warmed(options, steps) {
        CosineSchedule(from: rate, to: rate * options.number("end"), steps: $0)
      }
    },
    ScheduleKind(
      variant: Variant(
        "linear", "Falls along a straight line to the end of the run.",
        [Key("end", .number(.fraction), "0", "What is left at the end, of the rate."), warmup])
    ) { options, rate, steps in
      warmed(options, steps) {
        PolynomialSchedule(from: rate, to: rate * options.number("end"), steps: $0)
      }
    },
    ScheduleKind(
      variant: Variant(
        "one_cycle", "Rises from a 25th to the rate and falls far below (Smith and Topin, 2018).",
        [Key("rise", .number(.properFraction), "0.3", "The part of the run in which it rises.")])
    ) { options, rate, steps in
      .schedule(OneCycleSchedule(maximum: rate, steps: steps, riseFraction: options.number("rise")))
    },
    ScheduleKind(
      variant: Variant(
        "steps", "Multiplied by a factor at some parts of the run.",
        example: "steps: {at: [0.5, 0.75]}", hasShorthand: true,
        [
          .required(
            "at", .list(.number(.fraction), count: 1...100), "The parts of the run, rising."),
          Key("factor", .number(.above(0)), "0.1", "What the rate is multiplied by."), warmup,
        ])
    ) { options, rate, steps in
      let milestones = options.list("at").map { Int(($0.number * Double(steps)).rounded()) }
      return warmed(options, steps) { left in
        // Parts are of the whole run, but the schedule begins after the rise.
        MultiStepSchedule(
          from: rate, milestones: milestones.sorted().map { max(0, $0 - (steps - left)) },
          factor: options.number("factor"))
      }
    },
    ScheduleKind(
      variant: Variant(
        "plateau", "Multiplied by a factor when a validation value has stopped to improve.",
        [
          Key(
            "metric", .text, "loss",
            "The value; a smaller loss and error, or a larger score, is better."),
          Key("factor", .number(.properFraction), "0.1", "What the rate is multiplied by."),
          Key("patience", .integer(0...100_000), "10", "How many values may be no better."),
        ])
    ) { options, rate, _ in
      let monitor = Monitor(named: options.name("metric"))
      return .plateau(
        ReduceOnPlateau(
          from: rate, goal: monitor.goal, factor: options.number("factor"),
          patience: options.integer("patience")), metric: monitor.metric)
    },
  ]

  static func kind(_ name: String) -> ScheduleKind? { all.first { $0.variant.name == name } }
}

extension Variant {
  static let schedules = ScheduleKind.all.map(\.variant)
}

extension Monitor {
  /// A metric with the way it should go: errors are to be small, scores to be large.
  init(named name: String) {
    self.init(name, ["loss", "mse", "mae", "perplexity"].contains(name) ? .minimum : .maximum)
  }
}
