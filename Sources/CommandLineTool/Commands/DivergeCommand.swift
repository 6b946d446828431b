import ArgumentParser
import Myelin
import Recipes

/// `myelin diverge`: where two runs part.
struct DivergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diverge", abstract: "Find the first step and tensor in which two runs differ.",
    discussion: "Exits with 1 where they differ.")

  @Argument(help: "A run's folder.", completion: .directory) var first: String
  @Argument(help: "Another run's folder.", completion: .directory) var second: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let terminal = Terminal.standardOutput
    let divergence = try Divergence.between(RunFolder(first), RunFolder(second))
    if json {
      try terminal.writeLine(try divergence.map { try JSONText.line($0) } ?? "{}")
    } else {
      try terminal.writeLine(
        wrapped(
          divergence.map { "\($0)" } ?? "the runs are alike in all that is recorded",
          width: terminal.width))
    }
    if divergence != nil { throw ExitCode.failure }
  }
}
