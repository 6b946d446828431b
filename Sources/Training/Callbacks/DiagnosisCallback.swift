import Datasets
import Tensors

/// Looks at the layers every few steps: histograms of weights and gradients, and warnings of dead
/// units and of gradients that vanish or explode, each of a place and kind once.
///
/// A look takes about as long as a step or two that is not compiled.
public struct DiagnosisCallback<Model: TensorTree, Batch: ExampleBatch>: TrainingCallback {
  /// After how many steps it looks.
  public let interval: Int
  /// Intervals of a histogram; 0 for no histograms.
  public let binCount: Int
  private let objective: Objective<Model, Batch>
  private var known: Set<String> = []

  /// A look every 500 steps unless said otherwise.
  public init(_ objective: Objective<Model, Batch>, interval: Int = 500, binCount: Int = 32) {
    self.objective = objective
    self.interval = max(interval, 1)
    self.binCount = max(binCount, 0)
  }

  public mutating func afterStep<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    let step = moment.progress.step
    guard step % interval == 0 || step == 1, let model = moment.model as? Model,
      let batch = moment.batch as? Batch, let gradients = moment.gradients() as? Model
    else { return }
    let (epoch, seconds) = (moment.progress.epochs, moment.progress.seconds)
    if binCount > 0 {
      let events = RunEvent.histograms(
        of: model, gradients: gradients, step: step, epoch: epoch, seconds: seconds,
        binCount: binCount)
      for event in events { try moment.record(event) }
    }
    let findings =
      DeadUnits(of: model) { objective.forward(model, batch) }.findings
      + GradientFlow(of: model, gradients: gradients).findings
    for finding in findings where known.insert("\(finding.kind) \(finding.place)").inserted {
      try moment.record(.warning(finding, step: step, epoch: epoch, seconds: seconds))
    }
  }
}

/// When the loss becomes NaN or infinite, finds the operation that did it, and says so in the log.
///
/// For that it keeps the model as it was before the step, so that each step copies the parameters
/// that it changes.
public struct NonFiniteCallback<Model: TensorTree, Batch: ExampleBatch>: TrainingCallback {
  private let objective: Objective<Model, Batch>
  private var previous: Model?
  private var hasFound = false
  private let report: @Sendable (NonFiniteOrigin) -> Void

  /// A callback that also calls `report` with what it has found.
  public init(
    _ objective: Objective<Model, Batch>, model: Model,
    report: @escaping @Sendable (NonFiniteOrigin) -> Void = { _ in }
  ) {
    self.objective = objective
    previous = model
    self.report = report
  }

  public mutating func afterStep<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    defer { previous = moment.model as? Model }
    guard !moment.loss.isFinite, !hasFound, let previous, let batch = moment.batch as? Batch,
      let origin = NonFiniteOrigin(previous, batch, objective)
    else { return }
    hasFound = true
    report(origin)
    try moment.record(
      .warning(
        origin.finding, step: moment.progress.step, epoch: moment.progress.epochs,
        seconds: moment.progress.seconds))
  }
}

/// Writes `report.html` into the run's folder after each checkpoint and at the end.
public struct ReportCallback: TrainingCallback {
  private let folder: RunFolder

  /// Reports of the run in `folder`.
  public init(in folder: RunFolder) { self.folder = folder }

  public mutating func afterCheckpoint(_ path: String, _ progress: RunProgress) throws {
    try Report.write(for: folder)
  }

  public mutating func atEnd(_ ending: TrainingEnding) throws {
    try Report.write(for: folder)
  }
}
