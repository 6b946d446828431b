import ArgumentParser
import Foundation
import Myelin
import Recipes

/// `myelin new`: a recipe to begin with.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Look at a data set and write a recipe to begin with.")

  @Argument(
    help: "A folder of IDX, CIFAR, WAV or picture files, a CSV file or a text.",
    completion: .file())
  var data: String

  @Option(
    name: .shortAndLong, help: "Where to write it; to standard output unless given.",
    completion: .file(extensions: ["yaml"]))
  var output: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Flag(help: "Print one JSON object: what was found, and the recipe or where it was written.")
  var json = false

  func run() throws {
    let survey = try DataSurvey(data, writtenTo: output)
    let terminal = Terminal.standardOutput
    guard let output else {
      if json {
        try terminal.writeLine(
          JSONValue.object(["found": .text(survey.finding), "recipe": .text(survey.recipe)])
            .rendered())
        return
      }
      try terminal.writeLine(String(survey.recipe.dropLast()))
      return
    }
    guard force || !FileManager.default.fileExists(atPath: output) else {
      throw CommandError("\(output) is there already; --force replaces it")
    }
    do throws(InterchangeError) {
      try NewFile.write(Array(survey.recipe.utf8), to: output)
    } catch {
      throw CommandError("\(output) cannot be written: \(error.found)")
    }
    if json {
      try terminal.writeLine(
        JSONValue.object(["found": .text(survey.finding), "output": .text(output)]).rendered())
      return
    }
    try terminal.writeLine("found \(survey.finding)\nwrote \(output)\nnext: myelin check \(output)")
  }
}
