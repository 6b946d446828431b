import Foundation

/// Several runs side by side: a table for a terminal, and a page with their curves.
public struct RunComparison: Sendable {
  /// A run of the comparison.
  public struct Run: Sendable, Codable, Hashable {
    /// The name of its folder.
    public let name: String
    /// Why it has ended; nil where it has not.
    public let ending: String?
    public let step: Int
    public let epoch: Double
    public let seconds: Double
    /// The best value of each metric by name, of validation where there is one.
    public let best: [String: Double]
    /// Whether that is of validation.
    public let isValidation: [String: Bool]
  }

  /// The runs, in the order in which they were given.
  public let runs: [Run]
  private let histories: [RunHistory]

  /// Reads the runs of some folders.
  ///
  /// - Throws: `TrainingError` when a folder has no log, or a line of it is none.
  public init(_ folders: [RunFolder]) throws(TrainingError) {
    var logs: [(name: String, events: [RunEvent])] = []
    for folder in folders {
      let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
      logs.append((name, try folder.events()))
    }
    self.init(logs: logs)
  }

  /// Compares runs by their logs.
  public init(logs: [(name: String, events: [RunEvent])]) {
    histories = logs.map { RunHistory($0.events) }
    runs = zip(logs, histories).map { log, history in
      var best: [String: Double] = [:]
      var isValidation: [String: Bool] = [:]
      for metric in history.metricNames {
        if let found = history.best(metric) {
          best[metric] = found.point.value
          isValidation[metric] = found.isValidation
        }
      }
      return Run(
        name: log.name, ending: history.ending, step: history.last?.step ?? 0,
        epoch: history.last?.epoch ?? 0, seconds: history.last?.seconds ?? 0, best: best,
        isValidation: isValidation)
    }
  }

  /// The runs of a folder, those of its folders that hold a log, by name.
  public static func folders(in path: String) -> [RunFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().map { RunFolder("\(path)/\($0)") }.filter(\.hasRun)
  }

  /// The names of metrics, the loss first; of many those that most runs have.
  public var metricNames: [String] {
    var counts: [String: Int] = [:]
    for run in runs { for name in run.best.keys { counts[name, default: 0] += 1 } }
    return counts.keys.sorted {
      ($0 == "loss" ? 0 : 1, -(counts[$0] ?? 0), $0) < ($1 == "loss" ? 0 : 1, -(counts[$1] ?? 0), $1)
    }
  }

  // MARK: For a terminal

  /// A table of at most 80 columns: run, how far it came, its best values. `*` marks the best of
  /// all; values that are of training, for want of validation, stand in parentheses.
  public var table: String {
    if runs.isEmpty { return "no runs" }
    let metrics = metricNames.prefix(3)
    var table = TextTable(
      [
        .init("run", width: 20), .init("epochs", width: 7, isNumber: true),
        .init("time", width: 11, isNumber: true),
      ] + metrics.map { .init($0, width: 10, isNumber: true) })
    for run in runs {
      table.add(
        [run.name, Words.number(run.epoch), Words.duration(run.seconds)]
          + metrics.map { cell($0, of: run) })
    }
    return table.description
  }

  private func cell(_ metric: String, of run: Run) -> String {
    guard let value = run.best[metric] else { return "" }
    let words = Words.number(value, digits: 4)
    if run.isValidation[metric] != true { return "(\(words))" }
    return isBest(value, metric) ? "*\(words)" : words
  }

  private func isBest(_ value: Double, _ metric: String) -> Bool {
    let values = runs.filter { $0.isValidation[metric] == true }.compactMap { $0.best[metric] }
    guard values.count > 1 else { return false }
    return value == (RunHistory.isBetterLarge(metric) ? values.max() : values.min())
  }

  // MARK: As a page

  private static let styles = ["a", "b", "c", "d", "e", "f", "g", "h"]

  /// A page with the table and the curves of all runs, eight at most in one chart.
  public var html: String {
    var body = "<header><h1>\(Words.count(runs.count, "run"))</h1></header>\n"
    body += "<section><h2>Best values</h2><div class=\"card scroll\">\(htmlTable)</div></section>\n"
    var charts = ""
    for (number, metric) in metricNames.enumerated() {
      for (part, isValidation) in [("validation", true), ("training", false)] {
        charts += chart(metric, part, isValidation, number: 2 * number + (isValidation ? 0 : 1))
      }
    }
    body += "<section><h2>Curves</h2>"
    let left = runs.count - RunComparison.styles.count
    if left > 0 { body += "<p class=note>Of the first eight runs; \(left) more have none here.</p>" }
    return ReportPage.html(title: "Runs", body: body + "<div class=grid>\(charts)</div></section>\n")
  }

  private var htmlTable: String {
    let metrics = metricNames
    var html = "<table class=runs><thead><tr><th scope=col>run</th><th scope=col>epochs</th>"
      + "<th scope=col>steps</th><th scope=col>time</th>"
    for metric in metrics { html += "<th scope=col>\(HTMLText.escaped(Report.words(metric)))</th>" }
    html += "</tr></thead><tbody>"
    for run in runs {
      html += "<tr><td>\(HTMLText.escaped(run.name))</td><td>\(Words.number(run.epoch))</td>"
        + "<td>\(Words.grouped(run.step))</td><td>\(Words.duration(run.seconds))</td>"
      for metric in metrics {
        let isBest = run.isValidation[metric] == true
          && run.best[metric].map { self.isBest($0, metric) } ?? false
        let words = HTMLText.escaped(
          cell(metric, of: run).trimmingCharacters(in: CharacterSet(charactersIn: "*")))
        html += isBest ? "<td><b class=right>\(words)</b></td>" : "<td>\(words)</td>"
      }
      html += "</tr>"
    }
    return html + "</tbody></table>"
  }

  private func chart(
    _ metric: String, _ part: String, _ isValidation: Bool, number: Int
  ) -> String {
    let lines = zip(zip(runs, histories), RunComparison.styles).compactMap {
      entry, style -> Chart.Line? in
      let (run, history) = entry
      let curve = isValidation ? history.validation[metric] : history.training[metric]
      return curve.map {
        Chart.Line(name: run.name, style: style, curve: $0, hasMarks: isValidation)
      }
    }
    return Chart(
      title: "\(part) \(Report.words(metric))", lines: lines,
      offersLogarithm: !Report.isShare(metric)
    ).html(number)
  }

  /// Writes the page to a file, whole or not at all.
  ///
  /// - Throws: `TrainingError` when the file cannot be written.
  public func write(to path: String) throws(TrainingError) { try writeWhole(html, to: path) }
}
