import Optimizers
import Tensors

/// What a training step changes: a tree, so that `compile` takes it and a checkpoint has all of it.
public struct TrainerState<Model: TensorTree, Rule: Optimizer>: TensorTree {
  /// The model that is trained.
  public var model: Model
  /// What moves it.
  public var optimizer: Rule
  /// The running average of its weights; nil where none is asked for.
  public var average: ExponentialMovingAverage<Model>?
  /// Gradients of the batches since the last step; nil where each batch makes a step.
  var gradients: GradientSum?

  /// The state before the first step, in the structure that all later ones have.
  init(_ model: Model, _ optimizer: Rule, _ options: TrainerOptions) {
    self.model = model
    self.optimizer = optimizer
    self.optimizer.prepare(for: model)
    average = options.averaging.map {
      ExponentialMovingAverage(of: model, decay: $0.decay, warmsUp: $0.warmsUp)
    }
    gradients = options.sumsGradients ? GradientSum(for: model) : nil
  }

  /// A step of the optimizer, and of the average.
  mutating func update(with gradients: consuming Model) {
    optimizer.update(&model, with: gradients)
    average?.update(with: model)
  }
}

extension TrainerOptions {
  /// Whether gradients are summed before the optimizer sees them.
  var sumsGradients: Bool { batchesPerStep > 1 || mixedPrecision == .float16 }
}
