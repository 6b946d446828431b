import ArgumentParser
import Foundation
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
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      let text = try divergence.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      try terminal.writeLine(text ?? "{}")
    } else {
      try terminal.writeLine(
        divergence.map { "\($0)" } ?? "the runs are alike in all that is recorded")
    }
    if divergence != nil { throw ExitCode.failure }
  }
}
