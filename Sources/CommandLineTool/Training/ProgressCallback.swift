import Myelin

/// Shows how training goes: on a terminal a bar in place and a line for each validation, elsewhere a
/// line for each epoch.
struct ProgressCallback: TrainingCallback {
  private let terminal: Terminal
  /// The metric that is shown beside the loss.
  private let metric: String?
  private var printer: ProgressPrinter
  private var last: TrainingProgress?

  init(_ terminal: Terminal, metric: String?) {
    self.terminal = terminal
    self.metric = metric
    printer = ProgressPrinter(terminal)
  }

  mutating func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws {
    let progress = moment.progress
    let endsEpoch = progress.batch == progress.batchCount
    guard endsEpoch || printer.isDue(seconds: progress.seconds) else { return }
    let count = progress.epochCount ?? progress.epoch + 1
    let shown = TrainingProgress(
      epoch: min(count, progress.epoch + 1), epochCount: count, fraction: progress.fraction,
      loss: progress.loss,
      metric: metric.flatMap { name in moment.values()[name].map { .init(name: name, value: $0) } },
      examplesPerSecond: progress.examplesPerSecond, secondsLeft: progress.secondsLeft,
      seconds: progress.seconds)
    last = shown
    try printer.update(shown, endsEpoch: endsEpoch)
  }

  mutating func afterValidation<Model: TensorTree, Batch: ExampleBatch>(
    _ evaluation: Evaluation, _ moment: TrainingMoment<Model, Batch>
  ) throws {
    let values = evaluation.values.sorted {
      ($0.key != "loss" ? 1 : 0, $0.key) < ($1.key != "loss" ? 1 : 0, $1.key)
    }
    .map { "\($0.key) \(MetricWords.shown($0.key, $0.value))" }
    try printer.insert(
      flowed(["epoch \(last?.epoch ?? 1) validation"] + values, width: terminal.width))
  }

  mutating func afterEvent(_ event: RunEvent) throws {
    if event.event == .warning, let text = event.text {
      let place = event.name.map { "in \($0), " } ?? ""
      try printer.insert(wrapped("warning: \(place)\(text)", width: terminal.width))
    }
  }

  mutating func atEnd(_ ending: TrainingEnding) throws { try printer.finish() }
}
