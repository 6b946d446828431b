import Datasets
import Tensors

/// Something that happens beside training: progress for people, TensorBoard files, histograms,
/// warnings. All functions do nothing unless written; what one throws ends the run, without a
/// checkpoint.
public protocol TrainingCallback {
  /// Before the first step of a call of `run`: `model` is what it begins with, that of the checkpoint
  /// where it goes on. The run's folder is there, and its log holds what happened up to here.
  mutating func atStart<Model: TensorTree>(_ model: Model, _ progress: RunProgress) throws

  /// After each step.
  mutating func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>) throws

  /// When the loss has become NaN or infinite, before the run ends for it. The moment's model is what
  /// the step has made of it, and its loss that number.
  mutating func afterDivergence<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>) throws

  /// After each line of the log, also where there is no folder: `start`, `training`, `validation`,
  /// `checkpoint`, `end`, and what callbacks record.
  mutating func afterEvent(_ event: RunEvent) throws

  /// After each validation; its line in the log was written before.
  mutating func afterValidation<Model: TensorTree, Batch: ExampleBatch>(
    _ evaluation: Evaluation, _ moment: TrainingMoment<Model, Batch>) throws

  /// After the state was saved.
  mutating func afterCheckpoint(_ path: String, _ progress: RunProgress) throws

  /// At the end of the run, however it came, except where something was thrown.
  mutating func atEnd(_ ending: TrainingEnding) throws
}

extension TrainingCallback {
  public mutating func atStart<Model: TensorTree>(
    _ model: Model, _ progress: RunProgress
  ) throws {}
  public mutating func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws {}
  public mutating func afterDivergence<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws {}
  public mutating func afterEvent(_ event: RunEvent) throws {}
  public mutating func afterValidation<Model: TensorTree, Batch: ExampleBatch>(
    _ evaluation: Evaluation, _ moment: TrainingMoment<Model, Batch>
  ) throws {}
  public mutating func afterCheckpoint(_ path: String, _ progress: RunProgress) throws {}
  public mutating func atEnd(_ ending: TrainingEnding) throws {}
}

/// A moment of a run, as a callback sees it. What it gives is made when it is asked for.
///
/// A model that is kept stays as it is; the next step then copies it before it changes it.
public struct TrainingMoment<Model: TensorTree, Batch: ExampleBatch> {
  /// How far the run has come.
  public let progress: RunProgress
  /// The model after the step.
  public let model: Model
  /// What the step learned from; of several batches the last one.
  public let batch: Batch
  /// The loss of that batch, before the step.
  public let loss: Double
  let metrics: () -> [String: Double]
  let differentiate: () -> Model
  let write: (RunEvent) throws -> Void

  /// The metrics of the running epoch by name, with `loss`.
  public func values() -> [String: Double] { metrics() }

  /// The gradients of the batch's loss for the model after the step, computed anew, and as a model:
  /// training does not notice.
  public func gradients() -> Model { differentiate() }

  /// An event of this moment.
  public func event(
    _ kind: RunEvent.Kind, values: [String: Double]? = nil, name: String? = nil,
    histogram: RunEvent.Histogram? = nil, text: String? = nil
  ) -> RunEvent {
    RunEvent(
      kind, step: progress.step, epoch: progress.epochs, seconds: progress.seconds, values: values,
      name: name, histogram: histogram, text: text)
  }

  /// Writes a line into the log.
  public func record(_ event: RunEvent) throws { try write(event) }
}
