import ArgumentParser

/// The `myelin` program: a command for each thing it can do.
@main
package struct Program: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "myelin", abstract: "Deep learning for Swift.",
    subcommands: [DigitsCommand.self, MNISTCommand.self, BenchCommand.self, TokenizeCommand.self])

  package init() {}
}
