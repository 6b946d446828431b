import Datasets
import Tensors

/// When the loss becomes NaN or infinite, finds the operation that did it, and says so in the log.
///
/// Bad gradients show only in the loss of the next step, so it keeps the model as it was before each
/// of the last two steps: a step then copies the parameters that it changes.
public struct NonFiniteCallback<Model: TensorTree, Batch: ExampleBatch>: TrainingCallback {
  private let objective: Objective<Model, Batch>
  /// The model before the next step.
  private var model: Model?
  /// The model before the last step, and what that learned from.
  private var previous: (model: Model, batch: Batch)?
  private let report: @Sendable (NonFiniteOrigin) -> Void

  /// A callback for a trainer of `model`, which also calls `report` with what it has found.
  public init(
    _ objective: Objective<Model, Batch>, model: Model,
    report: @escaping @Sendable (NonFiniteOrigin) -> Void = { _ in }
  ) {
    self.objective = objective
    self.model = model
    self.report = report
  }

  public mutating func afterStep<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    if let model, let batch = moment.batch as? Batch { previous = (model, batch) }
    model = moment.model as? Model
  }

  public mutating func afterDivergence<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    guard let model, let batch = moment.batch as? Batch,
      var origin = NonFiniteOrigin(model, batch, objective)
    else { return }
    if origin.operation.isEmpty, let previous,
      let earlier = NonFiniteOrigin(previous.model, previous.batch, objective)
    {
      origin = earlier
    }
    report(origin)
    try moment.record(
      .warning(
        origin.finding, step: moment.progress.step, epoch: moment.progress.epochs,
        seconds: moment.progress.seconds))
  }
}
