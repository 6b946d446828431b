import Myelin

/// The mean training loss of the last epoch in which a run made a step; nil where it made none.
final class LastLoss {
  fileprivate(set) var value: Double?
}

/// Keeps the loss that a run ends with.
struct LossCallback: TrainingCallback {
  private let last: LastLoss

  init(_ last: LastLoss) { self.last = last }

  mutating func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws { last.value = moment.progress.loss }
}
