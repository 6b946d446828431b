import ArgumentParser
import Foundation
import Myelin
import Recipes

/// `myelin train`: trains what a recipe says.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train what a recipe says.",
    usage: "myelin train <recipe> [<options>]",
    discussion: "The run is recorded in a folder of its own, runs/NAME unless the recipe says "
      + "otherwise. Ctrl-C finishes the step and saves; --resume goes on from there, and ends in "
      + "the same bits as if nothing had been in between.")

  @OptionGroup var arguments: RecipeArguments

  @OptionGroup var reporting: ReportingOptions

  @Option(
    name: .customLong("run"), help: "The run's folder, in place of the next free one.",
    completion: .directory)
  var runFolder: String?

  @Flag(
    help: "Go on with the run in --run, or the recipe's last one; --data says where its data are."
  )
  var resume = false

  func validate() throws {
    guard resume else { return }
    let changes = arguments.changes
    let given: [(name: String, isGiven: Bool)] = [
      ("seed", changes.seed != nil), ("epochs", changes.epochs != nil),
      ("batch-size", changes.batchSize != nil), ("set", !changes.set.isEmpty),
    ]
    if let change = given.first(where: \.isGiven) {
      throw ValidationError(
        "--\(change.name) does not go with --resume: a run goes on as it began")
    }
  }

  func run() throws {
    let prepared: PreparedRun
    let folder: RunFolder
    if resume {
      folder = try existingFolder()
      let files = RunFiles(folder)
      prepared = try PreparedRun(
        arguments.changes.apply(to: files.recipe().file), using: files.facts())
    } else {
      prepared = try PreparedRun(arguments.load())
      folder = try runFolder.map { RunFolder($0) } ?? RunNames(prepared.recipe).makeNext()
    }
    try TrainingSession(prepared, folder: folder, resuming: resume, reporting).run()
  }

  /// The folder of the run that is to go on: named itself, in place of the recipe, or the newest.
  private func existingFolder() throws -> RunFolder {
    if let runFolder { return RunFolder(runFolder) }
    let named = RunFolder(arguments.recipe)
    if FileManager.default.fileExists(atPath: named.recipePath) { return named }
    let names = RunNames(try arguments.load())
    guard let last = names.last else {
      throw CommandError("there is no run of \(arguments.recipe) in \(names.parent) to go on with")
    }
    return last
  }
}

/// How much a training command says, and in which form.
struct ReportingOptions: ParsableArguments {
  @Flag(help: "Say nothing while training.")
  var quiet = false

  @Flag(help: "Print one JSON object at the end, and nothing else.")
  var json = false
}

/// The folders of a recipe's runs: its name, then its name with a number.
package struct RunNames {
  let parent: String
  private let name: String

  package init(_ recipe: Recipe) {
    parent = recipe.output.name("folder")
    let allowed = recipe.name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
    name = String(allowed)
  }

  private func folder(_ number: Int) -> RunFolder {
    RunFolder("\(parent)/\(name)" + (number == 1 ? "" : "-\(number)"))
  }

  /// Makes the first that is free, so that two who ask at once get two.
  package func makeNext() throws -> RunFolder {
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw CommandError("\(parent) cannot be made: \(error.localizedDescription)")
    }
    var number = 1
    while mkdir(folder(number).path, 0o777) != 0 {
      guard errno == EEXIST else {
        throw CommandError(
          "\(folder(number).path) cannot be made: \(String(cString: strerror(errno)))")
      }
      number += 1
    }
    return folder(number)
  }

  /// The last in which a run has begun; a folder without a recipe is what a failed beginning leaves.
  package var last: RunFolder? {
    let files = FileManager.default
    var last: RunFolder?
    var number = 1
    while files.fileExists(atPath: folder(number).path) {
      if files.fileExists(atPath: folder(number).recipePath) { last = folder(number) }
      number += 1
    }
    return last
  }
}
