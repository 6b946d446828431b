import ArgumentParser
import Foundation
import Myelin
import Recipes

/// `myelin runs`: the runs of a folder, and their curves.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List and compare runs.",
    discussion:
      "Without names, all runs of the folder. The loss is the best one, of validation where there is "
      + "one, and so is its curve, from the first epoch to the last. The metric is what the test gave; "
      + "where there was none, the best one.")

  @Argument(help: "Folders of runs; all in --folder unless given.", completion: .directory)
  var runs: [String] = []

  @Option(help: "Where the runs are.", completion: .directory)
  var folder = "runs"

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() throws {
    let folders = try runs.isEmpty ? all() : runs.map { RunFolder($0) }
    let terminal = Terminal.standardOutput
    if folders.isEmpty {
      if !json { try terminal.writeLine("there are no runs in \(folder)") }
      return
    }
    var summaries: [RunSummary] = []
    var problems: [String] = []
    for folder in folders {
      do {
        summaries.append(try RunSummary(folder))
      } catch {
        problems.append("\(error)")
      }
    }
    if json {
      for summary in summaries { try terminal.writeLine(summary.json.rendered()) }
    } else if !summaries.isEmpty {
      try terminal.writeLine(RunSummary.table(summaries, terminal.style))
    }
    if !problems.isEmpty { throw CommandError(problems.joined(separator: "\n")) }
  }

  private func all() throws -> [RunFolder] {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw CommandError("there is no folder \(folder)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
    return names.map { RunFolder("\(folder)/\($0)") }.filter(\.hasRun)
  }
}

/// What a run's log says in a line.
struct RunSummary {
  let folder: RunFolder
  private let run: RunComparison.Run
  /// Whether nothing has happened yet.
  private let isEmpty: Bool
  /// The losses in their order, of validation where there is one.
  private let losses: [Double]
  private let test: TestResult?

  init(_ folder: RunFolder) throws {
    self.folder = folder
    let events = try folder.events()
    let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
    run = RunComparison(logs: [(name, events)]).runs[0]
    isEmpty = events.isEmpty
    let kind = run.isValidation.values.contains(true) ? RunEvent.Kind.validation : .training
    test = try RunFiles(folder).testResult()
    losses = events.filter { $0.event == kind }.compactMap { $0.values?["loss"] }
  }

  private var name: String { run.name }
  private var state: String { isEmpty ? "empty" : run.ending == nil ? "stopped" : "ended" }

  /// The first value beside the loss that people look at, and what it is of.
  private var metric: (name: String, value: Double, part: String)? {
    let values = test?.values ?? run.best
    let known = ["accuracy", "f1", "roc_auc", "r2", "mae", "mse", "perplexity"]
    guard let name = known.first(where: { values[$0] != nil }) else { return nil }
    let part = test != nil ? "test" : run.isValidation[name] == true ? "valid." : "train."
    return (name, values[name] ?? .nan, part)
  }

  static func table(_ runs: [RunSummary], _ style: TextStyle) -> String {
    let width = min(20, max(4, runs.map { $0.name.count }.max() ?? 0))
    func row(_ cells: [String]) -> String {
      return shortened(cells[0], to: width).padding(toLength: width, withPad: " ", startingAt: 0)
        + padded(cells[1], 8) + padded(cells[2], 8) + padded(cells[3], 9) + "  "
        + cells[4].padding(toLength: 18, withPad: " ", startingAt: 0)
        + cells[5].padding(toLength: 7, withPad: " ", startingAt: 0) + cells[6]
    }
    var lines = [style.bold(row(["run", "epochs", "time", "loss", "metric", "of", "curve"]))]
    for run in runs {
      lines.append(
        row([
          run.name, run.isEmpty ? "–" : fixed(run.run.epoch, 1),
          run.isEmpty ? "–" : clock(run.run.seconds),
          run.run.best["loss"].map { Words.number($0, digits: 4) } ?? "–",
          run.metric.map { "\($0.name) \(MetricWords.shown($0.name, $0.value))" } ?? "",
          run.metric?.part ?? "",
          sparkline(run.losses, width: 8),
        ]))
    }
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    var members: [String: JSONValue] = [
      "run": .text(folder.path), "state": .text(state),
      "loss_curve": .list(losses.map { .number($0) }),
    ]
    if !isEmpty {
      members["epochs"] = .number(run.epoch)
      members["steps"] = .integer(run.step)
      members["seconds"] = .number(run.seconds)
      members["best"] = .object(run.best.mapValues { .number($0) })
    }
    if let test { members["test"] = .object(test.values.mapValues { .number($0) }) }
    return .object(members)
  }

  /// Values as a row of blocks, the highest the largest.
  static func sparkline(_ values: [Double], width: Int) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), !values.isEmpty else { return "" }
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(width, values.count)
    return String(
      (0..<count).map { index in
        let value = values[count == 1 ? 0 : index * (values.count - 1) / (count - 1)]
        guard value.isFinite else { return "×" }
        let part = high > low ? (value - low) / (high - low) : 0
        return blocks[Int((part * Double(blocks.count - 1)).rounded())]
      })
  }
}
