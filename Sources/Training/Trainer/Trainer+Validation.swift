import Datasets
import Optimizers
import Tensors

extension Trainer {
  /// Tests the model, or the averaged one where that is validated, on all of a source's first epoch.
  ///
  /// - Throws: `DatasetError` when data cannot be read.
  public func evaluate(on source: any BatchSource<Batch>) throws(DatasetError) -> Evaluation {
    try evaluate(validatedModel, on: source)
  }

  /// Tests a model on all of a source's first epoch.
  public func evaluate(
    _ model: Model, on source: any BatchSource<Batch>
  ) throws(DatasetError) -> Evaluation {
    let batches = source.batches(epoch: 0, from: 0)
    var (loss, metrics, examples) = (RunningMean(), metrics, 0)
    while let batch = try batches.next() {
      examples += batch.count
      let weight = objective.weight(of: batch)
      if weight == 0 { continue }
      let result = functions.test(model, batch)
      loss.add(result.loss.item(), weight: weight)
      for index in metrics.indices { metrics[index].add(result.observations[index]) }
    }
    return Evaluation(loss: loss.value, metrics: metrics, examples: examples)
  }

  /// Tests the model on the validation data, where there are some, and draws the conclusions.
  mutating func validate(_ session: RunSession<Batch>) throws {
    guard let source = session.validation else { return }
    let evaluation = try evaluate(on: source)
    position.validatedStep = position.step
    try write(.validation, session, values: evaluation.values)
    try monitor(evaluation.values, session)
    guard session.hasCallbacks, let moment = moment(session) else { return }
    try session.tell { try $0.afterValidation(evaluation, moment) }
    try session.writeQueue()
  }

  /// What follows from new values: the learning rate, early stopping, the best model.
  mutating func monitor(_ values: [String: Double], _ session: RunSession<Batch>) throws {
    if case .plateau(_, let metric) = learningRate {
      position.plateau?.report(values[metric] ?? .nan)
    }
    if let rule = options.earlyStopping {
      position.stopping.report(values[rule.monitor.metric] ?? .nan, rule)
    }
    let best = values[options.best.metric] ?? .nan
    if options.best.isBetter(best, than: position.best?.value) {
      position.best = BestValue(metric: options.best.metric, value: best, step: position.step)
      try saveBest(session)
    }
  }

}
