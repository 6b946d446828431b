import Datasets
import Optimizers
import Tensors

// What a run tells: lines of its log, and its callbacks.

extension Trainer {
  /// How far the run has come.
  func progress(_ session: RunSession<Batch>) -> RunProgress {
    let batchCount = session.source.batchCount
    let rates = session.rates
    var epochLoss = position.epochLoss
    epochLoss.merge(position.intervalLoss)
    var progress = RunProgress(
      step: position.step, epoch: position.epoch, batch: position.batch, batchCount: batchCount,
      examples: position.examples, epochCount: nil, fraction: 0, seconds: session.totalSeconds,
      examplesPerSecond: rates.examplesPerSecond, waitingFraction: rates.waitingFraction,
      learningRate: state.optimizer.learningRate, loss: epochLoss.value)
    switch options.length {
    case .epochs(let count):
      progress.epochCount = count
      progress.fraction = min(1, progress.epochs / Double(max(count, 1)))
    case .steps(let count):
      progress.fraction = min(1, Double(position.step) / Double(max(count, 1)))
    }
    return progress
  }

  /// The metrics of the running epoch by name, with the loss.
  var epochValues: [String: Double] {
    var loss = position.epochLoss
    loss.merge(position.intervalLoss)
    var values = ["loss": loss.value]
    for (var metric, rest) in zip(epochMetrics, intervalMetrics) {
      metric.merge(any: rest)
      values[metric.name] = metric.value
    }
    return values
  }

  /// Writes a line about the steps since the last one, if there were any.
  mutating func logTraining(_ session: RunSession<Batch>) throws {
    guard position.intervalLoss.weight > 0 else { return }
    var values = ["loss": position.intervalLoss.value]
    for metric in intervalMetrics { values[metric.name] = metric.value }
    values["learning_rate"] = state.optimizer.learningRate
    let rates = session.takeRates()
    values["examples_per_second"] = rates.examplesPerSecond
    values["waiting_fraction"] = rates.waitingFraction
    if let norm = session.gradientNorm { values["gradient_norm"] = norm.item() }
    if options.mixedPrecision == .float16 { values["loss_scale"] = position.lossScale.scale }
    position.epochLoss.merge(position.intervalLoss)
    position.intervalLoss = RunningMean()
    for index in metrics.indices { epochMetrics[index].merge(any: intervalMetrics[index]) }
    intervalMetrics = metrics
    try write(.training, session, values: values)
  }

  /// Writes a line of the log.
  func write(
    _ kind: RunEvent.Kind, _ session: RunSession<Batch>, values: [String: Double]? = nil,
    text: String? = nil
  ) throws {
    let progress = progress(session)
    try session.write(
      RunEvent(
        kind, step: progress.step, epoch: progress.epochs, seconds: progress.seconds,
        values: values, text: text))
    try session.writeQueue()
  }

  /// This moment, as callbacks see it; nil before the first batch.
  func moment(_ session: RunSession<Batch>) -> TrainingMoment<Model, Batch>? {
    guard let batch = session.lastBatch else { return nil }
    let (model, objective, precision) = (state.model, objective, options.mixedPrecision)
    let trainer = self
    return TrainingMoment(
      progress: progress(session), model: model, batch: batch, loss: session.lastLoss,
      metrics: { trainer.epochValues },
      differentiate: {
        Tensors.gradient(of: model) {
          objective.loss(objective.outputs(of: $0, batch, precision), batch)
        }
      }, write: { session.enqueue($0) })
  }

  /// Tells the callbacks of a step.
  func tellOfStep(_ session: RunSession<Batch>) throws {
    guard session.hasCallbacks, let moment = moment(session) else { return }
    try session.tell { try $0.afterStep(moment) }
    try session.writeQueue()
  }

  /// Tells the callbacks that the loss is no longer a number.
  func tellOfDivergence(_ session: RunSession<Batch>) throws {
    guard session.hasCallbacks, let moment = moment(session) else { return }
    try session.tell { try $0.afterDivergence(moment) }
    try session.writeQueue()
  }
}
