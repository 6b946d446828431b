import Myelin

extension ConfusionMatrix {
  /// A line for each class with precision, recall, F1 and support, and their means: 53 columns, or
  /// 39 where `width` is less; names of classes may take more.
  package func renderedScores(
    _ style: TextStyle = .plain, width: Int = 80, classNames: [String] = []
  ) -> String {
    var columns = width < 53 ? [5, 10, 8, 8, 8] : [7, 12, 12, 12, 10]
    let names = (0..<classCount).map { $0 < classNames.count ? classNames[$0] : "\($0)" }
    let room = max(columns[0], width - columns.dropFirst().reduce(0, +))
    columns[0] = min(room, max(columns[0], (names.map(\.count).max() ?? 0) + 2))
    func row(_ cells: String...) -> String { zip(cells, columns).map(padded).joined() }
    let scores = (0..<classCount).map(score)
    var lines = [style.bold(row("class", "precision", "recall", "F1", "support"))]
    for (label, score) in scores.enumerated() {
      lines.append(
        row(
          String(names[label].prefix(columns[0])), percent(score.precision),
          percent(score.recall), percent(score.f1), "\(score.support)"))
    }
    lines.append(
      row(
        "mean", percent(mean(scores.map(\.precision))), percent(mean(scores.map(\.recall))),
        percent(mean(scores.map(\.f1))), "\(total)"))
    return lines.joined(separator: "\n")
  }

  /// The counts: a row for each class that images have, a column for each that they were taken
  /// for; `·` is zero. Nil when that is wider than `width`.
  package func renderedCounts(_ style: TextStyle = .plain, width: Int = 80) -> String? {
    let largest = max(classCount - 1, counts.joined().max() ?? 0)
    let cell = max(4, "\(largest)".count + 2)
    let stub = 7
    guard stub + cell * classCount <= width else { return nil }

    let labels = (0..<classCount).map { padded("\($0)", cell) }.joined()
    var lines = [style.bold(padded("actual", stub) + labels) + "  predicted"]
    if lines[0].count > width { lines[0] = style.bold(padded("actual", stub) + labels) }
    for (actual, row) in counts.enumerated() {
      let cells = row.enumerated().map { predicted, count in
        let text = padded(count == 0 ? "·" : "\(count)", cell)
        if count == 0 { return style.dim(text) }
        return actual == predicted ? style.bold(text) : style.red(text)
      }
      lines.append(padded("\(actual)", stub) + cells.joined())
    }
    return lines.joined(separator: "\n")
  }

  private func percent(_ ratio: Double?) -> String {
    ratio.map { fixed(100 * $0, 1) + " %" } ?? "–"
  }

  /// The mean of what is defined; nil where nothing is.
  private func mean(_ ratios: [Double?]) -> Double? {
    let defined = ratios.compactMap { $0 }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}
