import ArgumentParser
import Glibc
import Myelin

/// The `myelin` program: a command for each thing it can do.
///
/// It exits with 0 when it did what it was asked, with 1 when that failed, with 2 when the arguments
/// are wrong, and with 130 after Ctrl-C.
@main
package struct Program: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "myelin", abstract: "Deep learning for Swift.",
    version: RunRecord.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Training:",
        subcommands: [
          NewCommand.self, CheckCommand.self, TrainCommand.self, DigitsCommand.self,
          MNISTCommand.self,
        ]),
      CommandGroup(
        name: "Using and comparing:",
        subcommands: [
          EvaluateCommand.self, PredictCommand.self, InspectCommand.self, RunsCommand.self,
          DivergeCommand.self,
        ]),
      CommandGroup(
        name: "Data and others:",
        subcommands: [
          DataCommand.self, RecipeCommand.self, TokenizeCommand.self, BenchCommand.self,
        ]),
    ])

  package init() {}

  /// What wrong arguments exit with.
  package static let usageCode: Int32 = 2

  /// Runs the command that the arguments name.
  package static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      if exitCode(for: error) == .validationFailure {
        try? Terminal(isInteractive: false, width: 80, style: .plain, descriptor: STDERR_FILENO)
          .writeLine(fullMessage(for: error))
        Glibc.exit(usageCode)
      }
      exit(withError: error)
    }
  }
}
