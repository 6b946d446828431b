import ArgumentParser
import Foundation
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

  private var recipe: Recipe { prepared.recipe }
  private var isSilent: Bool { reporting.quiet || reporting.json }

  /// Shows progress, then what the model reaches on the test part. After Ctrl-C the state is saved,
  /// nothing is tested, and the program exits with 130.
  func run() throws {
    let terminal = Terminal.standardOutput
    let run = prepared
    if !isSilent { try terminal.writeLine(introduction(run, terminal.style)) }
    Interruption.watch()
    let callbacks = try callbacks(run, terminal)
    let start = ContinuousClock.now
    let trained = try run.train(
      in: folder, resuming: resuming, callbacks: callbacks,
      isInterrupted: { Interruption.isRequested })
    let seconds = (ContinuousClock.now - start).seconds
    if !isSilent { try terminal.writeLine(conclusion(trained.ending, seconds)) }
    if case .diverged(let loss) = trained.ending.reason {
      throw CommandError(
        "training diverged in epoch \(trained.ending.progress.epoch + 1): the loss is \(loss); "
          + "a smaller learning rate or clipping may help")
    }
    Interruption.unwatch()
    let isInterrupted = trained.ending.reason == .interrupted || Interruption.isRequested
    let test = isInterrupted ? nil : try evaluation(of: trained, run)
    if let folder, recipe.output.flag("report") {
      try Report.write(for: folder, evaluation: test.map { reported($0, run) })
      if !isSilent { try terminal.writeLine("report: \(folder.reportPath)") }
    }
    if reporting.json {
      try terminal.writeLine(summary(trained.ending, seconds, test).rendered())
    } else if let test, !reporting.quiet {
      try terminal.writeLine("")
      try terminal.writeLine(
        EvaluationReport(test, part: "test", classNames: run.data.facts.classNames)
          .rendered(terminal.style, width: terminal.width))
    }
    if isInterrupted {
      throw ExitCode(Interruption.exitCode)
    }
  }

  /// Progress for people, and what is recorded in the run's folder beside the log.
  private func callbacks(
    _ run: PreparedRun, _ terminal: Terminal
  ) throws -> [any TrainingCallback] {
    var callbacks: [any TrainingCallback] = []
    if !isSilent {
      callbacks.append(ProgressCallback(terminal, metric: run.metrics.first?.name))
    }
    guard let folder else { return callbacks }
    callbacks.append(DiagnosisCallback(run.objective))
    // What follows begins its files before training does.
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    if recipe.output.flag("tensorboard"), !resuming {
      callbacks.append(try TensorBoardCallback(in: folder))
    }
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
    return try run.evaluate(model, on: source)
  }

  private func reported(_ test: Evaluation, _ run: PreparedRun) -> ReportEvaluation {
    ReportEvaluation(
      dataName: "test", values: test.values, confusion: test.confusionMatrix,
      classNames: run.data.facts.classNames)
  }

  private func introduction(_ run: PreparedRun, _ style: TextStyle) -> String {
    let data = run.data
    var parts = ["\(grouped(data.training.exampleCount)) training"]
    if let validation = data.validation {
      parts.append("\(grouped(validation.exampleCount)) validation")
    }
    if let test = data.test { parts.append("\(grouped(test.exampleCount)) test") }
    let asked =
      switch data.targets {
      case .classes(let count): "\(grouped(count)) classes"
      case .numbers(let count): count == 1 ? "a number" : "\(count) numbers"
      case .tokens(let count): "the next of \(grouped(count)) tokens"
      }
    var lines = [
      ("data", "\(parts.joined(separator: ", ")) examples of \(data.features.words), \(asked)"),
      (
        "model",
        "\(grouped(Int(run.plan.parameters))) parameters, \(grouped(run.stepCount)) steps of "
          + "\(recipe.batchSize), seed \(recipe.seed)"
      ),
    ]
    if let folder { lines.append(("run", folder.path)) }
    return style.bold(recipe.name) + "\n"
      + lines.map { style.dim("  " + $0.padding(toLength: 7, withPad: " ", startingAt: 0)) + $1 }
      .joined(separator: "\n")
  }

  private func conclusion(_ ending: TrainingEnding, _ seconds: Double) -> String {
    let time = seconds < 100 ? "\(fixed(seconds, 1)) s" : clock(seconds)
    let epoch = ending.progress.epoch + (ending.progress.batch > 0 ? 1 : 0)
    let saved = folder.map { "; go on with: myelin train \($0.path) --resume" } ?? ""
    switch ending.reason {
    case .finished: return "trained in \(time)"
    case .stoppedEarly(let metric, let best):
      return
        "stopped in epoch \(epoch) after \(time): \(metric) is no better than \(fixed(best, 4))"
    case .outOfTime: return "out of time in epoch \(epoch) after \(time)" + saved
    case .interrupted: return "interrupted in epoch \(epoch) after \(time)" + saved
    case .diverged: return "ended after \(time)"
    }
  }

  private func summary(
    _ ending: TrainingEnding, _ seconds: Double, _ test: Evaluation?
  ) -> JSONValue {
    let reason =
      switch ending.reason {
      case .finished: "finished"
      case .stoppedEarly: "stopped_early"
      case .outOfTime: "out_of_time"
      case .interrupted: "interrupted"
      case .diverged: "diverged"
      }
    var members: [String: JSONValue] = [
      "name": .text(recipe.name), "ending": .text(reason), "steps": .integer(ending.progress.step),
      "seconds": .number(seconds), "loss": .number(ending.progress.loss),
    ]
    if let folder { members["run"] = .text(folder.path) }
    if let best = ending.best {
      members["best"] = [
        "metric": .text(best.metric), "value": .number(best.value), "step": .integer(best.step),
      ]
    }
    if let test { members["test"] = EvaluationReport(test, part: "test", classNames: []).json }
    return .object(members)
  }
}

/// A whole number with a comma between each three digits.
func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + text
}

extension Duration {
  /// In seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
