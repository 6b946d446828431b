import ArgumentParser
import Myelin

/// Trains a classifier before somebody's eyes and reports what it has learned.
struct ClassifierSession {
  let name: String
  let training: LabelledImages
  let test: LabelledImages

  /// Shows progress, then the test accuracy and how it comes about. After Ctrl-C it reports what
  /// was reached so far and exits with 130.
  func run(_ plan: TrainingPlan) throws {
    let terminal = Terminal.standardOutput
    terminal.writeLine(introduction(plan))
    Interruption.watch()

    var session = try ClassifierTraining(training, plan)
    var printer = ProgressPrinter(terminal)
    let start = ContinuousClock.now
    let ending = try session.run(isInterrupted: { Interruption.isRequested }) {
      printer.update($0, endsEpoch: $1)
    }
    printer.finish()
    let seconds = (ContinuousClock.now - start).seconds

    switch ending {
    case .finished: terminal.writeLine("trained in \(fixed(seconds, 1)) s")
    case .interrupted(let epoch):
      terminal.writeLine("interrupted in epoch \(epoch) after \(fixed(seconds, 1)) s")
    }
    let report = ConfusionMatrix(
      actual: test.classes, predicted: session.model.predictions(for: test),
      classCount: test.classCount)
    terminal.writeLine(report.rendered(terminal.style, width: terminal.width))
    if case .interrupted = ending { throw ExitCode(Interruption.exitCode) }
  }

  private func introduction(_ plan: TrainingPlan) -> String {
    let size = training.size
    return """
      \(name): \(training.count) training and \(test.count) test images of \
      \(size.height)×\(size.width), seed \(plan.seed)
      """
  }
}
