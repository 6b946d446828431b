/// What a run's log tells, sorted by what it is about.
struct RunHistory {
  /// Curves by the names of values, of training and of validation.
  private(set) var training: [String: Curve] = [:]
  private(set) var validation: [String: Curve] = [:]
  /// Histograms by the names of parameters, and of gradients: `gradient:` and the path.
  private(set) var histograms: [String: [HistogramMoment]] = [:]
  /// The names of parameters that have histograms, in the order of the log.
  private(set) var parameters: [String] = []
  private(set) var warnings: [RunEvent] = []
  /// The last event of all.
  private(set) var last: RunEvent?
  /// Why the run has ended, where it has.
  private(set) var ending: String?
  private(set) var startCount = 0

  /// A histogram of one step.
  struct HistogramMoment {
    let step: Int
    let histogram: RunEvent.Histogram
  }

  static let gradientPrefix = "gradient:"

  init(_ events: [RunEvent]) {
    for event in events { add(event) }
  }

  private mutating func add(_ event: RunEvent) {
    last = event
    switch event.event {
    case .start:
      startCount += 1
      ending = nil
    case .training: RunHistory.add(event, to: &training)
    case .validation: RunHistory.add(event, to: &validation)
    case .histogram:
      guard let name = event.name, let histogram = event.histogram,
        histogram.edges.count == histogram.counts.count + 1, !histogram.counts.isEmpty,
        histogram.edges.allSatisfy(\.isFinite)
      else { return }
      let path = name.hasPrefix(RunHistory.gradientPrefix)
        ? String(name.dropFirst(RunHistory.gradientPrefix.count)) : name
      if histograms[path] == nil, histograms[RunHistory.gradientPrefix + path] == nil {
        parameters.append(path)
      }
      while let last = histograms[name]?.last, last.step >= event.step {
        histograms[name]?.removeLast()
      }
      histograms[name, default: []].append(
        HistogramMoment(step: event.step, histogram: histogram))
    case .warning: warnings.append(event)
    case .checkpoint: break
    case .end: ending = event.text ?? "ended"
    }
  }

  private static func add(_ event: RunEvent, to curves: inout [String: Curve]) {
    for (name, value) in event.values ?? [:] {
      curves[name, default: Curve()].add(
        Curve.Point(step: event.step, epoch: event.epoch, value: value))
    }
  }

  /// Values that say how training goes about, and not how good it is.
  static let settings = [
    "learning_rate", "gradient_norm", "examples_per_second", "waiting_fraction", "loss_scale",
  ]

  /// The names of measures of quality, the loss first.
  var metricNames: [String] {
    let names = Set(training.keys).union(validation.keys).subtracting(RunHistory.settings)
    return (names.contains("loss") ? ["loss"] : []) + names.subtracting(["loss"]).sorted()
  }

  /// The names of the other values that there are, in their order.
  var settingNames: [String] { RunHistory.settings.filter { training[$0] != nil } }

  /// Whether large values of a metric are good ones.
  static func isBetterLarge(_ metric: String) -> Bool {
    !["loss", "mse", "mae", "perplexity", "rmse", "error"].contains(metric)
      && !metric.hasSuffix("_error") && !metric.hasSuffix("_loss")
  }

  /// The best point of a metric, of validation where there is one; of equal ones the first.
  func best(_ metric: String) -> (point: Curve.Point, isValidation: Bool)? {
    let isLarge = RunHistory.isBetterLarge(metric)
    for (curves, isValidation) in [(validation, true), (training, false)] {
      let points = (curves[metric]?.points ?? []).filter { $0.value.isFinite }
      if let best = points.min(by: { isLarge ? $0.value > $1.value : $0.value < $1.value }) {
        return (best, isValidation)
      }
    }
    return nil
  }
}
