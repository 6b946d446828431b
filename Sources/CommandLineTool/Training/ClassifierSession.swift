import ArgumentParser
import Myelin

/// Trains a classifier before somebody's eyes and reports what it has learned.
struct ClassifierSession {
  let name: String
  let training: LabelledImages
  let test: LabelledImages

  /// Shows progress, then the test accuracy and how it comes about. After Ctrl-C it reports what
  /// was reached so far and exits with 130; pressed after the last step it changes the status only.
  func run(_ plan: TrainingPlan) throws {
    let terminal = Terminal.standardOutput
    try terminal.writeLine(introduction(plan))
    Interruption.watch()

    var session = try ClassifierTraining(training, plan)
    var printer = ProgressPrinter(terminal)
    let start = ContinuousClock.now
    let ending = try session.run(isInterrupted: { Interruption.isRequested }) {
      (progress, endsEpoch) throws(CommandError) in
      try printer.update(progress, endsEpoch: endsEpoch)
    }
    try printer.finish()
    let seconds = (ContinuousClock.now - start).seconds

    switch ending {
    case .finished: try terminal.writeLine("trained in \(fixed(seconds, 1)) s")
    case .interrupted(let epoch):
      try terminal.writeLine("interrupted in epoch \(epoch) after \(fixed(seconds, 1)) s")
    }
    let report = ConfusionMatrix(
      actual: test.classes, predicted: session.model.predictions(for: test),
      classCount: test.classCount)
    try terminal.writeLine(report.rendered(terminal.style, width: terminal.width))
    if Interruption.isRequested { throw ExitCode(Interruption.exitCode) }
  }

  private func introduction(_ plan: TrainingPlan) -> String {
    let size = training.size
    return """
      \(name): \(training.count) training and \(test.count) test images of \
      \(size.height)×\(size.width), seed \(plan.seed)
      """
  }
}
