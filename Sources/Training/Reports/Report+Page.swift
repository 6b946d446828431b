import Arrays

extension Report {
  /// The page.
  public var html: String {
    let history = RunHistory(events)
    var body = header(history) + tiles(history) + warnings(history) + metricCharts(history)
    if let evaluation {
      if let matrix = evaluation.confusion {
        body += ConfusionTable(matrix: matrix, evaluation: evaluation).html
      }
      body += ExampleGallery(evaluation: evaluation).html
    }
    body += settingCharts(history) + distributions(history) + origins
    return ReportPage.html(title: title, body: body)
  }

  // MARK: What is to be seen first

  private func header(_ history: RunHistory) -> String {
    var words: [String] = []
    if let record { words.append("begun \(record.started)") }
    if let last = history.last {
      // Where the state was saved stands in the log.
      let ending = history.ending.map { $0.prefix { $0 != ";" } }
      words.append(ending.map(String.init) ?? "not ended")
      words.append(
        "\(Words.count(last.step, "step")), \(Words.number(last.epoch, digits: 4)) epochs, "
          + Words.duration(last.seconds))
      if history.startCount > 1 {
        words.append("resumed \(Words.count(history.startCount - 1, "time"))")
      }
    } else {
      words.append("nothing has happened yet")
    }
    return "<header><h1>\(HTMLText.label(title))</h1>"
      + "<p>\(HTMLText.label(words.joined(separator: " · ")))</p></header>\n"
  }

  private func tiles(_ history: RunHistory) -> String {
    var tiles: [(name: String, value: String, note: String)] = []
    let tested = evaluation?.values ?? [:]
    for (name, value) in tested.sorted(by: { $0.key < $1.key }).prefix(4) {
      tiles.append(("\(evaluation?.dataName ?? "") \(Report.words(name))", shown(name, value), ""))
    }
    for name in history.metricNames.prefix(6) {
      guard let best = history.best(name) else { continue }
      tiles.append(
        (
          "best \(best.isValidation ? "validation" : "training") \(Report.words(name))",
          shown(name, best.point.value), "step \(Words.grouped(best.point.step))"
        ))
    }
    if let rate = history.training["examples_per_second"]?.finiteValues, !rate.isEmpty {
      let median = rate.sorted()[rate.count / 2]
      tiles.append(
        (
          "examples a second",
          Int(exactly: median.rounded()).map(Words.grouped) ?? Words.number(median), "median"
        ))
    }
    if tiles.isEmpty { return "" }
    return "<dl class=tiles>"
      + tiles.map {
        "<div class=card><dt>\(HTMLText.label($0.name))</dt><dd>\(HTMLText.escaped($0.value))</dd>"
          + "<small>\(HTMLText.escaped($0.note))</small></div>"
      }.joined() + "</dl>\n"
  }

  private static let shares: Set = [
    "accuracy", "top_5", "precision", "recall", "f1", "roc_auc", "average_precision",
  ]

  /// Whether a metric lies in 0…1.
  static func isShare(_ metric: String) -> Bool { shares.contains(metric) }

  private func shown(_ name: String, _ value: Double) -> String {
    Report.shares.contains(name) && value.isFinite
      ? Words.number((value * 10_000).rounded() / 100, digits: 4) + " %"
      : Words.number(value, digits: 4)
  }

  static func words(_ name: String) -> String { name.replacing("_", with: " ") }

  private func warnings(_ history: RunHistory) -> String {
    if history.warnings.isEmpty { return "" }
    var html = "<section><h2>Warnings</h2><ul class=\"card warnings\">"
    for event in history.warnings.prefix(30) {
      let place = event.name.map { "<code>\(HTMLText.label($0))</code> " } ?? ""
      html +=
        "<li>\(place)\(HTMLText.escaped(HTMLText.cut(event.text ?? "", to: 500)))"
        + "<small>step \(Words.grouped(event.step))</small></li>"
    }
    let rest = history.warnings.count - 30
    if rest > 0 { html += "<li>\(Words.grouped(rest)) more are in the log</li>" }
    return html + "</ul></section>\n"
  }

  // MARK: Curves

  /// So many metrics are drawn.
  private static let mostCharts = 30

  private func metricCharts(_ history: RunHistory) -> String {
    var charts: [String] = []
    for (number, name) in history.metricNames.prefix(Report.mostCharts).enumerated() {
      var lines: [Chart.Line] = []
      if let curve = history.training[name] {
        lines.append(.init(name: "training", style: "a", curve: curve, hasMarks: false))
      }
      if let curve = history.validation[name] {
        lines.append(.init(name: "validation", style: "b", curve: curve, hasMarks: true))
      }
      let chart = Chart(
        title: Report.words(name), lines: lines, offersLogarithm: !Report.isShare(name),
        isWide: number == 0, note: note(name, history)
      ).html(number)
      if !chart.isEmpty { charts.append(chart) }
    }
    guard let first = charts.first else { return "" }
    let rest = charts.dropFirst().joined()
    return "<section><h2>Loss and metrics</h2>\(first)<div class=grid>\(rest)</div></section>\n"
  }

  private func note(_ name: String, _ history: RunHistory) -> String {
    var words: [String] = []
    if let last = history.training[name]?.points.last {
      words.append("last training \(shown(name, last.value))")
    }
    if let last = history.validation[name]?.points.last {
      words.append("last validation \(shown(name, last.value))")
    }
    if let best = history.best(name), best.isValidation {
      words.append(
        "best \(shown(name, best.point.value)) at step \(Words.grouped(best.point.step))")
    }
    return words.joined(separator: " · ")
  }

  private func settingCharts(_ history: RunHistory) -> String {
    var html = ""
    for (number, name) in history.settingNames.enumerated() {
      guard let curve = history.training[name] else { continue }
      html += Chart(
        title: Report.words(name),
        lines: [.init(name: Report.words(name), style: "c", curve: curve, hasMarks: false)],
        offersLogarithm: name == "gradient_norm" || name == "learning_rate"
      ).html(100 + number)
    }
    return html.isEmpty
      ? "" : "<section><h2>How training went</h2><div class=grid>\(html)</div></section>\n"
  }

  // MARK: Histograms

  /// So many parameters are shown; the log has all.
  private static let mostParameters = 100

  private func distributions(_ history: RunHistory) -> String {
    let shown = history.parameters.prefix(Report.mostParameters)
    if shown.isEmpty { return "" }
    let stepCount = max(12, min(60, 2400 / shown.count))
    var html = ""
    for name in shown {
      let spreads = [
        Distribution(name: "weights", moments: history.histograms[name] ?? [], style: "a"),
        Distribution(
          name: "gradient", moments: history.histograms[RunHistory.gradientPrefix + name] ?? [],
          style: "b"),
      ]
      html +=
        "<figure class=card><figcaption><h3>\(HTMLText.label(name))</h3></figcaption>"
        + spreads.map { $0.html(stepCount: stepCount) }.joined() + "</figure>"
    }
    let rest = history.parameters.count - shown.count
    return "<section><details\(shown.count <= 12 ? " open" : "")><summary><h2>Weights and gradients"
      + "</h2></summary><p class=note>Each band holds a part of the numbers, the darkest the middle "
      + "third, the lightest all; beside them the histogram of the last step."
      + (rest > 0 ? " \(Words.grouped(rest)) more parameters are in the log." : "")
      + "</p><div class=grid>\(html)</div></details></section>\n"
  }

  // MARK: Where it comes from

  private var origins: String {
    var html = ""
    if let recipe {
      html +=
        "<section><details><summary><h2>Recipe</h2></summary><pre class=card>"
        + "\(HTMLText.escaped(HTMLText.cut(recipe, to: 50_000)))</pre></details></section>\n"
    }
    guard let record else { return html }
    var rows = record.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    rows += [
      ("processor", "\(record.processor), \(record.processorCount) threads usable"),
      ("threads", "\(record.threads)"), ("memory", Figure.bytes(record.memory)),
      ("host", record.host), ("seed", record.seed.map { "\($0)" } ?? "none"),
      ("command", record.command.joined(separator: " ")), ("begun", record.started),
    ]
    return html
      + "<section><h2>Environment</h2><div class=\"card scroll\"><table class=facts><tbody>"
      + rows.map {
        "<tr><th scope=row>\(HTMLText.escaped($0.0))</th>"
          + "<td>\(HTMLText.escaped(HTMLText.cut($0.1, to: 2000)))</td></tr>"
      }.joined() + "</tbody></table></div></section>\n"
  }
}
