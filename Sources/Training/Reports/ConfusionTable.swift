/// A confusion matrix as a table of a page, in which colour says how large a part of a class's
/// examples a cell has. Of many classes only those pairs that are confused most.
struct ConfusionTable {
  let matrix: ConfusionMatrix
  let evaluation: ReportEvaluation

  /// Tables of more classes are too large to read.
  private static let mostClasses = 30

  var html: String {
    guard matrix.total > 0 else { return "" }
    let share = matrix.accuracy.map { Words.percent($0) } ?? ""
    return "<section><h2>Confusion matrix</h2><p class=note>"
      + "\(Words.grouped(matrix.correct)) of \(Words.grouped(matrix.total)) examples of "
      + "\(HTMLText.escaped(evaluation.dataName)) data are right (\(share)). "
      + (matrix.classCount <= ConfusionTable.mostClasses
        ? "Rows are what an example is, columns what it was taken for."
        : "The pairs of classes "
          + "that are confused most:")
      + "</p><div class=\"card scroll\">"
      + (matrix.classCount <= ConfusionTable.mostClasses ? table : pairs)
      + "</div></section>\n"
  }

  private func name(_ label: Int) -> String { HTMLText.label(evaluation.className(label)) }

  private var table: String {
    var html = "<table class=confusion><thead><tr><th></th>"
    let counts = matrix.counts
    for label in counts.indices { html += "<th scope=col>\(name(label))</th>" }
    html += "<th scope=col>recall</th></tr></thead><tbody>"
    for (actual, row) in counts.enumerated() {
      html += "<tr><th scope=row>\(name(actual))</th>"
      let support = row.reduce(0, +)
      for (predicted, count) in row.enumerated() {
        html += cell(count, of: support, isRight: actual == predicted)
      }
      html += "<td class=score>\(words(matrix.score(actual).recall))</td></tr>"
    }
    html += "<tr><th scope=row>precision</th>"
    for label in counts.indices {
      html += "<td class=score>\(words(matrix.score(label).precision))</td>"
    }
    return html + "<td></td></tr></tbody></table>"
  }

  private func words(_ share: Double?) -> String { share.map { Words.percent($0) } ?? "–" }

  /// Small shares are lifted, since single mistakes are what one looks for.
  private func cell(_ count: Int, of support: Int, isRight: Bool) -> String {
    if count == 0 { return "<td class=none>0</td>" }
    let share = Double(count) / Double(max(support, 1))
    let strength = isRight ? share : share.squareRoot()
    let percent = Int((15 + strength * 85).rounded())
    let colour = isRight ? "37 99 235" : "194 65 12"
    return "<td\(percent > 55 ? " class=hot" : "") style=\"background:rgb(\(colour)/\(percent)%)\" "
      + "title=\"\(Words.percent(share))\">\(count)</td>"
  }

  private var pairs: String {
    let tallies = matrix.tallies
    let found = matrix.pairs.filter { $0.actual != $0.predicted }.sorted {
      ($1.count, $0.actual, $0.predicted) < ($0.count, $1.actual, $1.predicted)
    }
    var html =
      "<table class=pairs><thead><tr><th scope=col>is</th><th scope=col>taken for</th>"
      + "<th scope=col>times</th><th scope=col>of its examples</th></tr></thead><tbody>"
    for pair in found.prefix(40) {
      let support = tallies[pair.actual].support
      let share = Double(pair.count) / Double(max(support, 1))
      html +=
        "<tr><td>\(name(pair.actual))</td><td>\(name(pair.predicted))</td>"
        + "<td>\(pair.count)</td><td>\(Words.percent(share))</td></tr>"
    }
    return html + "</tbody></table>"
  }
}
