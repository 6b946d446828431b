import ArgumentParser
import Myelin
import Recipes

/// `myelin digits`: the recipe `digits`, recorded nowhere.
struct DigitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits",
    abstract: "Train a CNN on the 1,797 handwritten digits that the program carries.",
    usage: "myelin digits [<options>]",
    discussion: "The same as `myelin train digits`, but nothing is written.")

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    let prepared = try PreparedRun(changes.apply(to: RecipeFile.named("digits")))
    try TrainingSession(prepared, folder: nil, resuming: false, reporting).run()
  }
}

/// `myelin mnist`: the recipe `mnist`, recorded nowhere.
struct MNISTCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mnist",
    abstract: "Train a CNN on MNIST, or another data set in its four IDX files.",
    usage: "myelin mnist --data <folder> [<options>]",
    discussion: "The same as `myelin train mnist`, but nothing is written.")

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if changes.data == nil {
      throw ValidationError("Missing expected argument '--data <data>'")
    }
  }

  func run() throws {
    let prepared = try PreparedRun(changes.apply(to: RecipeFile.named("mnist")))
    try TrainingSession(prepared, folder: nil, resuming: false, reporting).run()
  }
}
