import ArgumentParser
import Myelin

struct MNISTCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mnist",
    abstract: "Train a CNN on MNIST, or another data set in its four IDX files.",
    usage: "myelin mnist --data <folder> [<options>]")

  @Option(help: "The folder with the four files, each compressed with gzip or not.")
  var data: String

  @OptionGroup var options: TrainingOptions

  func run() throws {
    let mnist = try MNIST.load(from: data)
    try ClassifierSession(name: "mnist", training: mnist.training, test: mnist.test)
      .run(options.plan(epochs: 3, batchSize: 128))
  }
}
