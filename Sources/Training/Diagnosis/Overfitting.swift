import Datasets
import Optimizers
import Tensors

/// An attempt to learn a single batch by heart, which a model and a loss that fit each other manage:
/// where they do not, more data will not help.
public struct Overfitting: Sendable, Codable, Hashable {
  /// How the attempt goes about.
  public struct Settings: Sendable, Hashable {
    /// The most steps.
    public var stepCount: Int
    /// The part of the first loss to which it must fall.
    public var factor: Double

    /// 100 steps to half the loss, unless said otherwise.
    public init(stepCount: Int = 100, factor: Double = 0.5) {
      self.stepCount = stepCount
      self.factor = factor
    }
  }

  /// The loss before the first step.
  public let firstLoss: Double
  /// The smallest loss.
  public private(set) var bestLoss: Double
  /// Steps that were made: no more than were needed.
  public private(set) var stepCount = 0
  /// The part of the first loss to which it had to fall.
  public let factor: Double

  /// Makes steps on one batch, with a copy of the model; dropout and the like behave as in training.
  public init<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch>(
    _ model: Model, _ optimizer: Rule, _ batch: Batch, _ objective: Objective<Model, Batch>,
    _ settings: Settings = Settings()
  ) {
    var (model, optimizer) = (model, optimizer)
    let step = compile { (model: inout Model, optimizer: inout Rule, batch: Batch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &model) {
        objective.loss(objective.forward($0, batch), batch)
      }
      optimizer.update(&model, with: gradients)
      return loss
    }
    factor = settings.factor
    firstLoss = step(&model, &optimizer, batch).item()
    bestLoss = firstLoss
    while stepCount < settings.stepCount && !succeeded {
      let loss = step(&model, &optimizer, batch).item()
      stepCount += 1
      if loss.isNaN { return }
      bestLoss = min(bestLoss, loss)
    }
  }

  /// Whether the loss fell as far as it had to. A loss may be negative: it counts by how far it fell.
  public var succeeded: Bool {
    if firstLoss.isNaN { return false }
    return bestLoss <= firstLoss - (1 - factor) * abs(firstLoss)
  }

  /// A finding where it did not.
  public var finding: Finding? {
    if succeeded { return nil }
    return Finding(
      .warning, .cannotOverfit, at: "loss",
      figure: "from \(Words.number(firstLoss)) to \(Words.number(bestLoss)) in "
        + "\(Words.count(stepCount, "step")) on one batch, where at most "
        + "\(Words.number(firstLoss - (1 - factor) * abs(firstLoss))) was expected",
      advice: "try another learning rate, look whether targets belong to inputs, or take a larger "
        + "model")
  }
}

extension Overfitting: CustomStringConvertible {
  public var description: String {
    "one batch learned by heart: the loss goes from \(Words.number(firstLoss)) to "
      + "\(Words.number(bestLoss)) in \(Words.count(stepCount, "step"))"
      + (succeeded ? "" : ", which is not enough")
  }
}
