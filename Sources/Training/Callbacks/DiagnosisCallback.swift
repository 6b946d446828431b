import Datasets
import Tensors

/// Looks at the layers every few steps: histograms of weights and gradients, and warnings of dead
/// units and of gradients that vanish or explode, each of a place and kind once.
///
/// A look takes about as long as a step or two that is not compiled. Where half of a layer's units are
/// zero for a whole batch, the forward passes of the following steps are looked at too, until they
/// fire or have been zero for some 2,000 examples.
public struct DiagnosisCallback<Model: TensorTree, Batch: ExampleBatch>: TrainingCallback {
  /// After how many steps it looks.
  public let interval: Int
  /// Intervals of a histogram; 0 for no histograms.
  public let binCount: Int
  private let objective: Objective<Model, Batch>
  private let folder: RunFolder?
  private var known: Set<String> = []
  /// Units that seem to be dead, while that is not sure.
  private var units: DeadUnits?

  /// A look every 500 steps unless said otherwise. In a run that goes on in `folder`, what its log
  /// has warned of already is not said again.
  public init(
    _ objective: Objective<Model, Batch>, interval: Int = 500, binCount: Int = 32,
    in folder: RunFolder? = nil
  ) {
    self.objective = objective
    self.folder = folder
    self.interval = max(interval, 1)
    self.binCount = max(binCount, 0)
  }

  public mutating func atStart<Other: TensorTree>(_ model: Other, _ progress: RunProgress) throws {
    guard let folder, folder.hasRun else { return }
    for event in try folder.events() where event.event == .warning {
      guard let text = event.text, let end = text.firstRange(of: ": ")?.lowerBound else { continue }
      known.insert("\(text[..<end]) \(event.name ?? "")")
    }
  }

  public mutating func afterStep<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    let step = moment.progress.step
    let isDue = step % interval == 0 || step == 1
    guard isDue || units != nil, let model = moment.model as? Model,
      let batch = moment.batch as? Batch
    else { return }
    if isDue {
      if let gradients = moment.gradients() as? Model { try look(at: model, gradients, moment) }
      units = units ?? DeadUnits()
    }
    units?.add(model) { objective.forward(model, batch) }
    let findings = units?.findings.filter { !known.contains(key($0)) } ?? []
    if findings.isEmpty {
      units = nil
    } else if units?.isConclusive(batchesPerEpoch: moment.progress.batchCount) == true {
      try warn(findings, moment)
      units = nil
    }
  }

  private mutating func look<Other: TensorTree, OtherBatch: ExampleBatch>(
    at model: Model, _ gradients: Model, _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    if binCount > 0 {
      let events = RunEvent.histograms(
        of: model, gradients: gradients, step: moment.progress.step, epoch: moment.progress.epochs,
        seconds: moment.progress.seconds, binCount: binCount)
      for event in events { try moment.record(event) }
    }
    try warn(GradientFlow(of: model, gradients: gradients).findings, moment)
  }

  private mutating func warn<Other: TensorTree, OtherBatch: ExampleBatch>(
    _ findings: [Finding], _ moment: TrainingMoment<Other, OtherBatch>
  ) throws {
    for finding in findings where known.insert(key(finding)).inserted {
      try moment.record(
        .warning(
          finding, step: moment.progress.step, epoch: moment.progress.epochs,
          seconds: moment.progress.seconds))
    }
  }

  private func key(_ finding: Finding) -> String { "\(finding.kind.rawValue) \(finding.place)" }
}
