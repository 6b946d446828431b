import Datasets
import Optimizers
import Tensors

// How a run begins and ends.

extension Trainer {
  /// Checks what can be checked before the first step, opens the folder and finds out where to begin.
  mutating func begin(
    _ session: RunSession<Batch>, in folder: RunFolder?, resuming: Bool, _ record: RunRecord?,
    _ prepare: () throws -> Void
  ) throws {
    try requireData(session)
    try requireMetrics()
    if let folder {
      let open = try OpenRunFolder(folder, resuming: resuming)
      session.folder = open
      try prepare()
      if resuming { try resume(session, folder) }
      if session.checkpoint == nil { try open.write(record ?? RunRecord()) }
      try open.openLog(keeping: session.checkpoint == nil ? 0 : position.logBytes)
    }
    session.secondsBefore = position.seconds
    position.batchCount = session.source.batchCount
    position.exampleCount = session.source.exampleCount
    // Another call may have other data.
    traceStart = nil
    keepTraceStart()
    let progress = progress(session)
    try session.tell { try $0.atStart(state.model, progress) }
    try write(.start, session, text: session.checkpoint.map { "from \($0)" })
    for warning in session.warnings { try write(.warning, session, text: warning) }
  }

  /// Finishes what the end of a run asks for, saves, and says how it came about.
  mutating func end(
    _ reason: TrainingEnding.Reason, _ session: RunSession<Batch>
  ) throws -> TrainingEnding {
    traceStart = nil
    if case .diverged = reason {
      session.checkpoint = nil
    } else if session.hasChanged {
      if reason == .finished {
        try logTraining(session)
        if position.validatedStep != position.step { try validate(session) }
      }
      try save(session)
    }
    let ending = TrainingEnding(
      reason: reason, progress: progress(session), best: position.best,
      checkpoint: session.checkpoint, origin: session.origin)
    try write(.end, session, text: ending.description)
    try session.tell { try $0.atEnd(ending) }
    return ending
  }

  private func requireData(_ session: RunSession<Batch>) throws(TrainingError) {
    for (source, name) in [(session.source, "training"), (session.validation, "validation")] {
      if let source, source.batchCount < 1 {
        throw TrainingError(
          .noData, "\(name) data", found: "\(source.exampleCount) examples in no batch",
          expected: "at least one batch")
      }
    }
  }

  /// Everything that is monitored is measured.
  private func requireMetrics() throws(TrainingError) {
    var monitored = [options.best.metric]
    if let rule = options.earlyStopping { monitored.append(rule.monitor.metric) }
    if case .plateau(_, let metric) = learningRate { monitored.append(metric) }
    let measured = ["loss"] + metrics.map(\.name)
    for metric in monitored where !measured.contains(metric) {
      throw TrainingError(
        .unknownMetric, metric, found: "a monitor of it",
        expected: "one of \(measured.joined(separator: ", "))")
    }
  }
}
