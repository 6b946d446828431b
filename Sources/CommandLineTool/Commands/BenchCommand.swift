import ArgumentParser
import CPUBackend
import Foundation
import Myelin

/// `myelin bench`: times training steps.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time training steps.", usage: "myelin bench [<options>]",
    discussion: "Times are comparable within one run on one machine; the last column but one says "
      + "what part of the best matrix product's rate the step reaches.")

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "Only this workload (\(names)); may be repeated.")
  var workload: [String] = []

  @Option(
    parsing: .unconditional, help: "Threads; as many as the process may use unless given.")
  var threads: Int?

  @Option(
    parsing: .unconditional, help: "Repetitions, of which the median and the minimum count.")
  var repetitions = 7

  private static let names = Workload.all.map(\.name).joined(separator: ", ")

  func validate() throws {
    for name in workload where !Workload.all.contains(where: { $0.name == name }) {
      throw ValidationError("there is no workload '\(name)'; there are \(BenchCommand.names)")
    }
    for (name, value) in [("threads", threads), ("repetitions", repetitions)] {
      if let value, value < 1 {
        throw ValidationError("--\(name) is \(value); it must be at least 1")
      }
    }
  }

  func run() throws {
    if let threads { ThreadTeam.size = threads }
    let workloads =
      workload.isEmpty
      ? Workload.all : Workload.all.filter { workload.contains($0.name) }
    // The machine may be shared: the rate is measured before every workload, and the best so far
    // counts.
    var peak = 0.0
    let terminal = Terminal.standardOutput
    if !json { try terminal.writeLine(BenchTable.heading(threads: ThreadTeam.size)) }
    for workload in workloads {
      peak = max(peak, Measurement.peakRate())
      let row = Measurement(workload, repetitions: repetitions, peakGigaflops: peak)
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try terminal.writeLine(String(decoding: try encoder.encode(row), as: UTF8.self))
      } else {
        try terminal.writeLine(BenchTable.row(row))
      }
    }
  }
}

/// The table that `myelin bench` prints.
enum BenchTable {
  static func heading(threads: Int) -> String {
    """
    training steps on \(threads) thread\(threads == 1 ? "" : "s"); best: of a matrix product, GFLOP/s
    workload     median ms      min ms    GFLOP/s     best  of best  peak MB
    """
  }

  static func row(_ row: Measurement) -> String {
    let name = row.workload.padding(toLength: 10, withPad: " ", startingAt: 0)
    return name
      + String(
        format: " %11.4f %11.4f %10.1f %8.0f %7.1f%% %8.0f", row.medianMilliseconds,
        row.minimumMilliseconds, row.gigaflops, row.peakGigaflops,
        100 * row.gigaflops / row.peakGigaflops, row.peakResidentMegabytes)
  }
}
