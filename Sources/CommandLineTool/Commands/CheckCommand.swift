import ArgumentParser
import Myelin
import Recipes

/// `myelin check`: what can be said of a training before it begins.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what a recipe's training will be, and what is wrong with it.",
    usage: "myelin check <recipe> [<options>]",
    discussion: "Shapes layer by layer, parameters, operations, memory, the time of an epoch, and "
      + "mistakes. Exits with 1 where one of them makes training pointless.")

  @OptionGroup var arguments: RecipeArguments

  @Option(parsing: .unconditional, help: "Batches whose examples are looked at.")
  var batches = 20

  @Flag(help: "Leave out the attempt to learn one batch by heart.")
  var fast = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if batches < 1 { throw ValidationError("--batches is \(batches); it must be at least 1") }
  }

  func run() throws {
    let prepared = try PreparedRun(arguments.load())
    let check = try prepared.check(batches: batches, overfits: !fast)
    let terminal = Terminal.standardOutput
    if json {
      try terminal.writeLine(try JSONText.line(check))
    } else {
      try terminal.writeLine(wrapped("\(check)", width: terminal.width))
    }
    if check.worst == .error { throw ExitCode.failure }
  }
}
