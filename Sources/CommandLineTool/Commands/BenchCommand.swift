import ArgumentParser
import CPUBackend
import Foundation
import Myelin

/// `myelin bench`: times training steps and forward passes.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time training steps, or forward passes.",
    usage: "myelin bench [<options>]",
    discussion: "Times are comparable within one run on one machine; the last column but one says "
      + "what part of the best matrix product's rate is reached.")

  @Flag(help: "Time the forward pass, of 1 and of 32 examples, instead of training steps.")
  var inference = false

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Option(help: "Only this workload (\(names(Workload.all))); may be repeated.")
  var workload: [String] = []

  @Option(help: "Only this way to run them; may be repeated.")
  var mode: [ExecutionMode] = []

  @Option(
    parsing: .unconditional, help: "Threads; as many as the process may use unless given.")
  var threads: Int?

  @Option(
    parsing: .unconditional, help: "Repetitions, of which the median and the minimum count.")
  var repetitions = 7

  private static func names(_ workloads: [Workload]) -> String {
    workloads.map(\.name).joined(separator: ", ")
  }

  private var known: [Workload] { inference ? Workload.forInference : Workload.all }

  func validate() throws {
    for name in workload where !known.contains(where: { $0.name == name }) {
      throw ValidationError("workload '\(name)' is none of \(BenchCommand.names(known))")
    }
    for (name, value) in [("threads", threads), ("repetitions", repetitions)] {
      if let value, value < 1 {
        throw ValidationError("--\(name) is \(value); it must be at least 1")
      }
    }
  }

  func run() throws {
    if let threads { ThreadTeam.size = threads }
    let terminal = Terminal.standardOutput
    let passes: [Pass] = inference ? [.inference(batch: 1), .inference(batch: 32)] : [.training]
    if !json {
      try terminal.writeLine(
        BenchTable.heading(
          inference ? "forward passes" : "training steps", threads: ThreadTeam.size))
    }
    // The machine may be shared: the rate is measured before every workload, and the best so far
    // counts.
    var peak = 0.0
    for workload in known where self.workload.isEmpty || self.workload.contains(workload.name) {
      peak = max(peak, Measurement.peakRate())
      for pass in passes {
        for mode in ExecutionMode.allCases where self.mode.isEmpty || self.mode.contains(mode) {
          let row = Measurement(
            workload, pass, mode, repetitions: repetitions, peakGigaflops: peak)
          try terminal.writeLine(json ? try BenchTable.json(row) : BenchTable.row(row))
        }
      }
    }
  }
}

/// The table that `myelin bench` prints.
enum BenchTable {
  static func heading(_ what: String, threads: Int) -> String {
    """
    \(what) on \(threads) thread\(threads == 1 ? "" : "s"); best: of a matrix product, GFLOP/s
    workload batch mode      median ms    min ms  GFLOP/s  best of best peak MB
    """
  }

  static func row(_ row: Measurement) -> String {
    let name = row.workload.padding(toLength: 8, withPad: " ", startingAt: 0)
    let mode = row.mode.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
    return String(
      format: "\(name) %5d \(mode) %10.4f %9.4f %8.1f %5.0f %6.1f%% %7.0f", row.batch,
      row.medianMilliseconds, row.minimumMilliseconds, row.gigaflops, row.peakGigaflops,
      100 * row.gigaflops / row.peakGigaflops, row.peakResidentMegabytes)
  }

  /// The row as one line of JSON.
  static func json(_ row: Measurement) throws -> String { try JSONText.line(row) }
}
