import Arrays
import Optimizers

/// How far, or how often: in epochs or in steps, which are updates of the optimizer.
public enum TrainingSpan: Sendable, Hashable {
  case epochs(Int)
  case steps(Int)

  /// Whether this is what has been done when so many are complete; for epochs only at their end.
  func isDue(epoch: Int, step: Int, endsEpoch: Bool) -> Bool {
    switch self {
    case .epochs(let count): endsEpoch && epoch % max(count, 1) == 0
    case .steps(let count): !endsEpoch && step % max(count, 1) == 0
    }
  }
}

/// A metric of the validation data, or where there are none of the training epoch, and which way it
/// should go.
public struct Monitor: Sendable, Hashable {
  /// The name in the log: `loss`, `accuracy`, …
  public var metric: String
  /// Whether small or large values are better.
  public var goal: ReduceOnPlateau.Goal

  /// The loss, the smaller the better, unless said otherwise.
  public init(_ metric: String = "loss", _ goal: ReduceOnPlateau.Goal = .minimum) {
    self.metric = metric
    self.goal = goal
  }

  /// Whether a value is better than another by more than a threshold; any number is better than
  /// none, and NaN is better than nothing.
  func isBetter(_ value: Double, than best: Double?, by threshold: Double = 0) -> Bool {
    guard let best else { return !value.isNaN }
    return goal == .minimum ? value < best - threshold : value > best + threshold
  }
}

/// Ends training when a metric has stopped to improve.
public struct EarlyStopping: Sendable, Hashable {
  /// What is looked at.
  public var monitor: Monitor
  /// How many values in a row may be no improvement; at the next training ends.
  public var patience: Int
  /// By how much a value must be better than the best one to be an improvement.
  public var threshold: Double

  public init(_ monitor: Monitor = Monitor(), patience: Int = 5, threshold: Double = 0) {
    self.monitor = monitor
    self.patience = patience
    self.threshold = threshold
  }
}

/// Where the learning rate of each step comes from.
public enum LearningRate: Sendable {
  /// The optimizer's own stays as it is.
  case optimizer
  /// A schedule of steps, counted from 0.
  case schedule(any Schedule)
  /// Lowered when a metric has stopped to improve; told of it after each validation, or where there
  /// is none after each epoch. `metric` is its name in the log.
  case plateau(ReduceOnPlateau, metric: String = "loss")
}

/// Numbers of 16 bits in the forward and the backward pass; the parameters that the optimizer moves,
/// what it keeps, and the loss stay float32 (Micikevicius et al., “Mixed precision training”, 2018).
public enum MixedPrecision: Sendable, Hashable, CaseIterable {
  /// Eight bits of exponent as float32 has: needs no scaling.
  case bfloat16
  /// Five bits of exponent: the loss is multiplied by a scale so that small gradients do not become
  /// zero; a step whose gradients are not finite is left out and halves the scale, 2,000 others in a
  /// row double it.
  case float16

  var dataType: DataType { self == .bfloat16 ? .bfloat16 : .float16 }
}

/// Keeps a running average of the weights: see `ExponentialMovingAverage`.
public struct WeightAveraging: Sendable, Hashable {
  /// The part of the average that stays at each step.
  public var decay: Double
  /// Whether the first steps weigh more.
  public var warmsUp: Bool
  /// Whether validation is of the averaged weights.
  public var isValidated: Bool

  public init(decay: Double = 0.999, warmsUp: Bool = false, isValidated: Bool = true) {
    self.decay = decay
    self.warmsUp = warmsUp
    self.isValidated = isValidated
  }
}

/// How a `Trainer` goes about.
public struct TrainerOptions: Sendable {
  /// How long training takes; nothing of it is done twice where a run goes on.
  public var length: TrainingSpan = .epochs(10)
  /// Whether steps and validation are compiled.
  public var isCompiled = true
  /// How many batches make one step: their gradients are averaged, each example weighing the same, so
  /// that it equals a step of all of them together, up to rounding and to what layers compute of a
  /// batch (batch normalization). At an epoch's end those that are left make a step.
  public var batchesPerStep = 1
  /// Nil for float32 throughout.
  public var mixedPrecision: MixedPrecision?
  /// Nil for none.
  public var averaging: WeightAveraging?
  /// How often the model is tested on validation data.
  public var validationInterval: TrainingSpan = .epochs(1)
  /// How often the state is saved in the run's folder; nil for the end alone.
  public var checkpointInterval: TrainingSpan? = .epochs(1)
  /// After how many steps there is a line in the log; there is one at each epoch's end, too.
  public var logInterval = 50
  /// Which model is kept as the best one.
  public var best = Monitor()
  /// Nil for never.
  public var earlyStopping: EarlyStopping?
  /// How long one call of `run` may take; the step that runs then is finished, and the state saved.
  public var timeLimit: Duration?
  /// Whether a loss that has become NaN or infinite is traced to the first operation that made such a
  /// number. The state is kept every 500 batches, which takes the memory of a second one, and the
  /// batches since are learned from again.
  public var tracesDivergence = true
  /// Whether the log has the Euclidean norm of all gradients, before clipping, of the last step before
  /// each line.
  public var measuresGradientNorm = false

  public init() {}
}
