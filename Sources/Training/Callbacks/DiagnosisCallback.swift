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
