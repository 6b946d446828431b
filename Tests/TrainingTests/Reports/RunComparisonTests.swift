import Foundation
import Myelin
import Testing

@Suite struct RunComparisonTests {
  private func run(_ losses: [Double], _ accuracy: Double?) -> [RunEvent] {
    var events = losses.enumerated().map { index, loss in
      RunEvent(
        .training, step: (index + 1) * 10, epoch: Double(index + 1), seconds: Double(index) * 60,
        values: ["loss": loss])
    }
    if let accuracy {
      events.append(
        RunEvent(
          .validation, step: 1000, epoch: 3, seconds: 200,
          values: ["accuracy": accuracy, "loss": losses.last ?? 0]))
    }
    return events
  }

  private var comparison: RunComparison {
    RunComparison(logs: [
      ("a", run([1, 0.5], 0.75)), ("a run with a name that is too long for a table", run([2], 0.9)),
      ("<i>", run([3, 4], nil)), ("empty", []),
    ])
  }

  @Test func laysOutATable() {
    #expect(
      comparison.table == """
        run                   epochs         time  loss  accuracy
        a                          3  3 min 20 s  *0.5      0.75
        a run with a name t…       3  3 min 20 s     2      *0.9
        <i>                        2      1 min 0 s   (3)
        empty                      0         0 ms
        """)
  }

  @Test func keepsTablesWithin80Columns() {
    let names = (0..<20).map { "metric_\($0)_of_many" }
    let event = RunEvent(
      .validation, step: 1, epoch: 1234.5678, seconds: 1e7,
      values: Dictionary(uniqueKeysWithValues: names.map { ($0, 123.456789e-12) }))
    let table = RunComparison(logs: [(String(repeating: "x", count: 200), [event])]).table
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(table)")
  }

  @Test func drawsAPage() {
    let html = comparison.html
    #expect(html.contains("<h1>4 runs</h1>"))
    #expect(html.contains("&lt;i&gt;") && !html.contains("<i>"))
    #expect(html.contains("<b class=right>0.9</b>"))
    #expect(html.contains("<h3>training loss</h3>"))
    #expect(RunComparison(logs: []).table == "no runs")
  }

  @Test func findsRunsInAFolder() throws {
    try withTemporaryFolder { path in
      for (name, hasLog) in [("b", true), ("a", true), ("other", false)] {
        try FileManager.default.createDirectory(
          atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        if hasLog {
          try "".write(toFile: "\(path)/\(name)/log.jsonl", atomically: true, encoding: .utf8)
        }
      }
      let folders = RunComparison.folders(in: path)
      #expect(folders.map(\.path) == ["\(path)/a", "\(path)/b"])
      #expect(try RunComparison(folders).runs.map(\.name) == ["a", "b"])
    }
  }
}
