import ArgumentParser
import Foundation
import Myelin
import Recipes

/// `myelin runs`: the runs of a folder, and their curves.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List and compare runs.",
    discussion:
      "Without names, all runs of the folder. The curve is of the loss, of validation where "
      + "there is one, from the first epoch to the last.")

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
    let summaries = try folders.map { try RunSummary($0) }
    if json {
      for summary in summaries { try terminal.writeLine(summary.json.rendered()) }
    } else {
      try terminal.writeLine(RunSummary.table(summaries, terminal.style))
    }
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
  private let events: [RunEvent]

  init(_ folder: RunFolder) throws {
    self.folder = folder
    events = try folder.events()
  }

  private var name: String {
    folder.path.split(separator: "/").last.map(String.init) ?? folder.path
  }
  private var hasValidation: Bool { events.contains { $0.event == .validation } }
  private var measured: [RunEvent] {
    events.filter { $0.event == (hasValidation ? .validation : .training) }
  }
  private var state: String {
    guard let last = events.last else { return "empty" }
    return last.event == .end ? "ended" : "stopped"
  }

  /// The losses in their order.
  private var losses: [Double] { measured.compactMap { $0.values?["loss"] } }

  /// The first value beside the loss that people look at.
  private var metric: (name: String, value: Double)? {
    guard let values = measured.last?.values else { return nil }
    let known = ["accuracy", "f1", "roc_auc", "r2", "mae", "mse", "perplexity"]
    return known.first { values[$0] != nil }.map { ($0, values[$0] ?? .nan) }
  }

  static func table(_ runs: [RunSummary], _ style: TextStyle) -> String {
    let width = min(24, max(4, runs.map { $0.name.count }.max() ?? 0))
    func row(_ cells: [String]) -> String {
      return shortened(cells[0], to: width).padding(toLength: width, withPad: " ", startingAt: 0)
        + padded(cells[1], 8) + padded(cells[2], 8) + padded(cells[3], 10) + "  "
        + cells[4].padding(toLength: 20, withPad: " ", startingAt: 0) + cells[5]
    }
    var lines = [style.bold(row(["run", "epochs", "time", "loss", "metric", "curve"]))]
    for run in runs {
      let last = run.events.last
      lines.append(
        row([
          run.name, last.map { fixed($0.epoch, 1) } ?? "–", last.map { clock($0.seconds) } ?? "–",
          run.losses.last.map { fixed($0, 4) } ?? "–",
          run.metric.map { "\($0.name) \(MetricWords.shown($0.name, $0.value))" } ?? "",
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
    if let last = events.last {
      members["epochs"] = .number(last.epoch)
      members["steps"] = .integer(last.step)
      members["seconds"] = .number(last.seconds)
    }
    if let values = measured.last?.values {
      members["values"] = .object(values.mapValues { .number($0) })
    }
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
