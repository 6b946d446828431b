import Optimizers

/// Where a run stands, beside its tensors: all that decides how it goes on.
struct RunPosition: Codable, Sendable, Hashable {
  /// Steps taken.
  var step = 0
  /// Epochs that are complete.
  var epoch = 0
  /// Batches of the running epoch that were learned from.
  var batch = 0
  /// Batches and examples of an epoch: other ones would not be the same data.
  var batchCount = 0
  var exampleCount = 0
  /// Examples that were learned from.
  var examples = 0
  /// Seconds of training.
  var seconds = 0.0
  /// The loss of the running epoch up to the last line of the log, and since that line.
  var epochLoss = RunningMean()
  var intervalLoss = RunningMean()
  /// The learning rate that follows a metric.
  var plateau: ReduceOnPlateau?
  /// The step after which the model was validated last.
  var validatedStep = 0
  /// The best value of the monitored metric.
  var best: BestValue?
  /// What early stopping has seen.
  var stopping = StoppingCount()
  /// What the loss is multiplied by in float16.
  var lossScale = LossScale()
  /// The size of the log.
  var logBytes = 0

  /// Goes to the beginning of an epoch.
  mutating func startEpoch(_ number: Int) {
    epoch = number
    batch = 0
    epochLoss = RunningMean()
  }
}

/// What early stopping remembers.
struct StoppingCount: Codable, Sendable, Hashable {
  /// The best value so far.
  var best: Double?
  /// How many values in a row were no improvement.
  var misses = 0

  /// Takes note of a value.
  mutating func report(_ value: Double, _ rule: EarlyStopping) {
    if rule.monitor.isBetter(value, than: best, by: rule.threshold) {
      best = value
      misses = 0
    } else {
      misses += 1
    }
  }
}

/// The scale of the loss in float16: halved by each step whose gradients are not finite, doubled by
/// 2,000 others in a row.
struct LossScale: Codable, Sendable, Hashable {
  /// 2¹⁶ at first.
  private(set) var scale = 65_536.0
  private var stepsSinceChange = 0

  /// Whether it has become so small that it cannot be what makes gradients infinite.
  var isExhausted: Bool { scale < 0x1p-14 }

  /// Takes note of a step.
  mutating func report(isFinite: Bool) {
    stepsSinceChange += 1
    if !isFinite {
      scale /= 2
      stepsSinceChange = 0
    } else if stepsSinceChange == 2_000 {
      scale *= 2
      stepsSinceChange = 0
    }
  }
}
