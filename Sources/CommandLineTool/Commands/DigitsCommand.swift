import ArgumentParser
import Myelin

struct DigitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits",
    abstract: "Train a CNN on the 1,797 handwritten digits that the program carries.",
    usage: "myelin digits [<options>]")

  @OptionGroup var options: TrainingOptions

  func run() throws {
    let digits = try Digits.load()
    let (training, test) = digits.split(testFraction: 0.2, seed: options.seed)
    try ClassifierSession(name: "digits", training: training, test: test)
      .run(options.plan(epochs: 30, batchSize: 64))
  }
}
