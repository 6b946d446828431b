import Datasets
import Optimizers
import Tensors

extension Trainer {
  /// Trains until the length of the options is reached, or something else ends it.
  ///
  /// In a folder the run is recorded, and its state saved: `last`, the one before it and `best`.
  /// Without one nothing is written.
  ///
  /// - Parameters:
  ///   - source: What is learned from.
  ///   - validation: What the model is tested on. Without it the training epoch's own values are
  ///     what monitors look at.
  ///   - folder: Where the run is recorded; made where it is not there.
  ///   - resuming: Whether to go on from the folder's last checkpoint; a run that was stopped before
  ///     its first one begins anew. The trainer must be made as for the first call.
  ///   - record: What `run.json` says of the run; written when it begins.
  ///   - callbacks: What happens beside.
  ///   - isInterrupted: Asked after each step; once it says so, the state is saved and the run ends.
  ///   - prepare: Called when the folder is this run's alone, before its log is begun: the time to
  ///     write other files there.
  /// - Returns: How it ended, and how it can go on.
  /// - Throws: `TrainingError` when the folder is in use, cannot be written or has no sound
  ///   checkpoint of this training, `DatasetError` when data cannot be read, and what callbacks
  ///   throw. The last checkpoint is then still whole.
  public mutating func run(
    on source: any BatchSource<Batch>, validation: (any BatchSource<Batch>)? = nil,
    in folder: RunFolder? = nil, resuming: Bool = false, record: RunRecord? = nil,
    callbacks: [any TrainingCallback] = [], isInterrupted: @escaping () -> Bool = { false },
    prepare: () throws -> Void = {}
  ) throws -> TrainingEnding {
    let session = RunSession(source, validation, callbacks, isInterrupted)
    try begin(session, in: folder, resuming: resuming, record, prepare)
    var reason = reasonToEnd
    while reason == nil { reason = try runEpoch(session) }
    if case .diverged = reason {
      try traceDivergence(session)
      try tellOfDivergence(session)
    }
    return try end(reason ?? .finished, session)
  }

  /// Learns from what is left of the running epoch; gives a reason to end the run, if there is one.
  private mutating func runEpoch(_ session: RunSession<Batch>) throws -> TrainingEnding.Reason? {
    let batches = session.source.batches(epoch: position.epoch, from: position.batch)
    while let batch = try session.next(of: batches) {
      let rate = nextLearningRate
      traceStart?.learningRates.append(rate)
      if let reason = learn(from: batch, rate: rate, session) { return reason }
      if position.pendingBatches < options.batchesPerStep { continue }
      if let reason = try finishStep(session) { return reason }
    }
    if position.batch == 0 {
      throw TrainingError(
        .noData, "epoch \(position.epoch + 1)", found: "no batch", expected: "one")
    }
    if position.pendingBatches > 0, let reason = try finishStep(session) { return reason }
    return try finishEpoch(session)
  }

  /// The first part of a step, which is all of it where each batch makes one.
  mutating func learn(
    from batch: Batch, rate: Double, _ session: RunSession<Batch>
  ) -> TrainingEnding.Reason? {
    let weight = objective.weight(of: batch)
    position.batch += 1
    position.pendingBatches += 1
    position.examples += batch.count
    session.count(batch)
    // A batch in which nothing counts has no mean and no gradient.
    if weight == 0 { return nil }
    state.optimizer.learningRate = rate
    state.gradients?.batchWeight = Number(weight)
    let result = functions.learn(&state, batch)
    let loss = result.loss.item()
    session.note(batch, loss, result)
    note(result.gradientNorm)
    position.intervalLoss.add(loss, weight: weight)
    for index in intervalMetrics.indices { intervalMetrics[index].add(result.observations[index]) }
    return loss.isFinite ? nil : .diverged(loss: loss)
  }

  /// The rest of a step, and what is due after it.
  private mutating func finishStep(
    _ session: RunSession<Batch>
  ) throws -> TrainingEnding.Reason? {
    position.pendingBatches = 0
    if options.sumsGradients && !moveAlongSum(session) {
      return position.lossScale.isExhausted ? .diverged(loss: session.lastLoss) : nil
    }
    position.step += 1
    keepTraceStart()
    if position.step % options.logInterval == 0 { try logTraining(session) }
    try tellOfStep(session)
    if isDue(options.validationInterval, endsEpoch: false) { try validate(session) }
    let reason = reasonToEnd ?? session.reasonToEnd(options)
    if reason == nil, isDue(options.checkpointInterval, endsEpoch: false) { try save(session) }
    return reason
  }

  /// Moves the model along the summed gradients; false where they are not finite and are dropped.
  mutating func moveAlongSum(_ session: RunSession<Batch>) -> Bool {
    if state.gradients?.weight.value == 0 { return true }
    let isFinite = session.areFinite.allSatisfy { $0.item() != 0 }
    if options.mixedPrecision == .float16 { position.lossScale.report(isFinite: isFinite) }
    if isFinite { note(functions.move(&state)) } else { state.gradients?.clear() }
    if options.mixedPrecision == .float16 {
      state.gradients?.scale = Number(position.lossScale.scale)
    }
    return isFinite
  }

  /// What is due at the end of an epoch.
  private mutating func finishEpoch(
    _ session: RunSession<Batch>
  ) throws -> TrainingEnding.Reason? {
    session.hasChanged = true
    try logTraining(session)
    let values = epochValues
    position.startEpoch(position.epoch + 1)
    epochMetrics = metrics
    if session.validation == nil {
      try monitor(values, session)
    } else if isDue(options.validationInterval, endsEpoch: true) {
      try validate(session)
    }
    let reason = reasonToEnd ?? session.reasonToEnd(options)
    if reason == nil, isDue(options.checkpointInterval, endsEpoch: true) { try save(session) }
    return reason
  }

  /// Keeps the norm of a step's gradients for the next line of the log.
  private mutating func note(_ gradientNorm: [Tensor]) {
    if let norm = gradientNorm.first { position.gradientNorm = norm.item() }
  }

  private func isDue(_ span: TrainingSpan?, endsEpoch: Bool) -> Bool {
    span?.isDue(epoch: position.epoch, step: position.step, endsEpoch: endsEpoch) ?? false
  }

  /// The learning rate of the next step.
  var nextLearningRate: Double {
    switch learningRate {
    case .optimizer: state.optimizer.learningRate
    case .schedule(let schedule): schedule(position.step)
    case .plateau(let plateau, _): position.plateau?.learningRate ?? plateau.learningRate
    }
  }

  /// Why there is nothing to do any longer; nil where there is.
  private var reasonToEnd: TrainingEnding.Reason? {
    if let rule = options.earlyStopping, position.stopping.misses > rule.patience {
      return .stoppedEarly(metric: rule.monitor.metric, best: position.stopping.best ?? .nan)
    }
    switch options.length {
    case .epochs(let count): return position.epoch >= count ? .finished : nil
    case .steps(let count): return position.step >= count ? .finished : nil
    }
  }
}
