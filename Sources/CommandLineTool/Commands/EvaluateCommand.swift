import ArgumentParser
import Myelin
import Recipes

/// `myelin evaluate`: tests the model of a run.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Test the model of a run.",
    usage: "myelin evaluate <run> [<options>]",
    discussion: "The test part of the data unless --part says otherwise; the best checkpoint where "
      + "validation has chosen one, else the last. Classes, columns and what transforms have fitted "
      + "are those of the run, also with other data.")

  /// A part of a recipe's data.
  enum Part: String, ExpressibleByArgument {
    case training, validation, test
  }

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(help: "Which part of the data: training, validation or test.")
  var part: Part?

  @OptionGroup var checkpoint: CheckpointOption

  @OptionGroup var changes: RecipeChanges

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    try changes.requireUnchanged(
      ["training.seed", "data.split", "data.transforms", "model"])
  }

  func run() throws {
    let files = RunFiles(RunFolder(folder))
    let prepared = try PreparedRun(
      changes.apply(to: files.recipe().file), using: files.facts())
    let model = try files.model(checkpoint.slot(of: files))
    let data = prepared.data
    let part =
      self.part ?? (data.test != nil ? .test : data.validation != nil ? .validation : .training)
    guard let source = data.loader(testing: part.rawValue) else {
      throw CommandError("the recipe puts no \(part.rawValue) part aside")
    }
    let evaluation = try prepared.evaluate(model, on: source)
    let report = EvaluationReport(
      evaluation, part: part.rawValue, classNames: data.facts.classNames,
      skipped: data.skipped(testing: part.rawValue))
    let terminal = Terminal.standardOutput
    try terminal.writeLine(
      json ? report.json.rendered() : report.rendered(terminal.style, width: terminal.width))
  }
}
