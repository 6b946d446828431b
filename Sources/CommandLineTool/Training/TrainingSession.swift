import ArgumentParser
import Myelin
import Recipes

/// Trains before somebody's eyes and reports what was learned.
struct TrainingSession {
  private let prepared: PreparedRun
  /// Where the run is recorded; nil for nowhere.
  let folder: RunFolder?
  let resuming: Bool
  let reporting: ReportingOptions

  init(
    _ prepared: PreparedRun, folder: RunFolder?, resuming: Bool, _ reporting: ReportingOptions
  ) {
    (self.prepared, self.folder) = (prepared, folder)
    (self.resuming, self.reporting) = (resuming, reporting)
  }

  var recipe: Recipe { prepared.recipe }
  private var isSilent: Bool { reporting.quiet || reporting.json }

  /// Shows progress, then what the model reaches on the test part. After Ctrl-C the state is saved,
  /// nothing is tested, and the program exits with 130.
  func run() throws {
    let terminal = Terminal.standardOutput
    let run = prepared
    if !isSilent { try terminal.writeLine(introduction(run, terminal.style)) }
    Interruption.watch()
    let lastLoss = LastLoss()
    let start = ContinuousClock.now
    let trained = try run.train(
      in: folder, resuming: resuming, callbacks: callbacks(run, terminal, lastLoss),
      isInterrupted: { Interruption.isRequested })
    var outcome = Outcome(ending: trained.ending, seconds: (ContinuousClock.now - start).seconds)
    if !isSilent { try terminal.writeLine(conclusion(outcome)) }
    if case .diverged(let loss) = trained.ending.reason {
      outcome.loss = loss
      outcome.skipped = run.data.skipped
      if reporting.json { try terminal.writeLine(summary(outcome).rendered()) }
      if let folder, recipe.output.flag("report") { try Report.write(for: folder) }
      throw CommandError(
        "training diverged in epoch \(trained.ending.progress.epoch + 1): the loss is "
          + "\(fixed(loss, 4)); a smaller learning rate or clipping may help"
          + (trained.ending.origin.map { "\n\($0)" } ?? ""))
    }
    Interruption.unwatch()
    let isInterrupted = trained.ending.reason == .interrupted || Interruption.isRequested
    outcome.loss = lastLoss.value
    outcome.test = isInterrupted ? nil : try evaluation(of: trained, run)
    outcome.skipped = run.data.skipped
    try show(outcome, run, terminal)
    if isInterrupted {
      throw ExitCode(Interruption.exitCode)
    }
  }

  /// What came of a session.
  struct Outcome {
    let ending: TrainingEnding
    let seconds: Double
    /// Of the last epoch; nil where there was no step.
    var loss: Double?
    var test: Evaluation?
    /// Why examples were left out.
    var skipped: [Int: DatasetError] = [:]
  }

  /// Says what came of it all, then writes the report: whatever becomes of it, results are not lost.
  private func show(_ outcome: Outcome, _ run: PreparedRun, _ terminal: Terminal) throws {
    if let words = Words.leftOut(outcome.skipped), !isSilent { try terminal.writeLine(words) }
    if reporting.json {
      try terminal.writeLine(summary(outcome).rendered())
    } else if let test = outcome.test, !reporting.quiet {
      try terminal.writeLine("")
      try terminal.writeLine(
        EvaluationReport(test, part: "test", classNames: run.data.facts.classNames)
          .rendered(terminal.style, width: terminal.width))
    }
    if let folder, let test = outcome.test { try RunFiles(folder).write(TestResult(test)) }
    if let folder, recipe.output.flag("report") {
      try Report.write(for: folder, evaluation: outcome.test.map { run.report($0, of: "test") })
      if !isSilent { try terminal.writeLine("report: \(folder.reportPath)") }
    }
  }

  /// Progress for people, and what is recorded in the run's folder beside the log.
  private func callbacks(
    _ run: PreparedRun, _ terminal: Terminal, _ lastLoss: LastLoss
  ) throws -> [any TrainingCallback] {
    var callbacks: [any TrainingCallback] = []
    if !isSilent {
      callbacks.append(ProgressCallback(terminal, metric: run.metrics.first?.name))
    }
    if reporting.json { callbacks.append(LossCallback(lastLoss)) }
    guard let folder else { return callbacks }
    callbacks.append(DiagnosisCallback(run.objective, in: folder))
    if recipe.output.flag("tensorboard") { callbacks.append(TensorBoardCallback(in: folder)) }
    if let interval = recipe.output["digests_every"]?.integer {
      callbacks.append(DigestCallback(in: folder, interval: interval))
    }
    return callbacks
  }

  /// Of the best model where validation has chosen one, else of the last.
  private func evaluation(of trained: TrainedRun, _ run: PreparedRun) throws -> Evaluation? {
    guard let source = run.data.test else { return nil }
    var model = trained.model
    if let folder, run.data.validation != nil {
      let files = RunFiles(folder)
      model = try files.model(files.bestSlot)
    }
    let isReported = folder != nil && recipe.output.flag("report")
    return try run.evaluate(model, on: source, ranking: isReported ? 12 : 0)
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
