import Datasets
import Interchange

extension DataSurvey {
  /// A table by its columns: rows of numbers and words, or sentences.
  static func table(_ path: String) throws -> Found? {
    let table = try Table(contentsOf: path)
    let usual = ["target", "label", "class", "diagnosis", "species", "y", "outcome"]
    let target =
      table.columns.first { usual.contains($0.name.lowercased()) } ?? table.columns.last
    guard let target, table.columns.count > 1, table.rowCount > 0 else { return nil }
    let distinct = target.distinctWords.count
    let isNumber = target.kind == .number && distinct > 20
    let others = table.columns.filter { $0.name != target.name }
    let texts = others.filter { $0.kind == .text }
    // Each word of a text would be a number for itself, of which nothing is learned.
    let useless = others.filter { $0.kind == .text || $0.numbersRows }
    if !isNumber, let text = texts.max(by: { $0.meanLength < $1.meanLength }),
      useless.count == others.count || text.isProse
    {
      let ignored = others.map(\.name).filter { $0 != text.name }
      return self.texts(path, table, text.name, target.name, distinct, ignored)
    }
    let dropped = useless.count == others.count ? [] : useless.map(\.name)
    let missing = table.columns.contains { $0.missingCount > 0 && !dropped.contains($0.name) }
    return Found(
      finding: "\(table.rowCount) rows of \(table.columns.count) columns",
      source: """
        csv:
              file: \(quoted(path))
              # The column that is predicted: \(isNumber ? "a number" : "\(distinct) classes").
              target: \(quoted(target.name))
              task: \(isNumber ? "regression" : "classification")
        """
          + (dropped.isEmpty
            ? ""
            : "\n      # Names or numbers of single rows, it seems: nothing to learn from.\n"
              + "      drop: [\(dropped.map(quoted).joined(separator: ", "))]")
          + (missing
            ? "\n      # Values are missing in some rows.\n      missing: drop" : ""),
      split: "{validation: 0.1, test: 0.2}", transforms: "  transforms: [standardize]\n",
      model: "mlp: {hidden: [64, 32], dropout: 0.1}",
      rest: isNumber ? "loss: mse\nmetrics: [mae, r2]\n" : "metrics: [accuracy, f1]\n", batch: 32)
  }

  /// A table with a column of text, from which the classes are learned.
  private static func texts(
    _ path: String, _ table: Table, _ text: String, _ target: String, _ classes: Int,
    _ ignored: [String]
  ) -> Found {
    let names = ignored.prefix(10).map { Name.shown($0) } + (ignored.count > 10 ? ["…"] : [])
    return Found(
      finding: "\(table.rowCount) rows with texts and \(classes) classes",
      source: """
        texts:
              file: \(quoted(path))
              text: \(quoted(text))
              # The column that is predicted.
              target: \(quoted(target))
        """
          + (names.isEmpty
            ? ""
            : "\n      # Not learned from: \(names.joined(separator: ", "))."),
      split: "{validation: 0.1, test: 0.2}",
      model: """
        layers:
            - embedding: 32
            - gru: {hidden: 64, output: last}
            - dropout: 0.2
            - linear: classes
        """,
      rest: "metrics: [accuracy, f1]\n", batch: 32)
  }
}

extension Table.Column {
  /// The mean number of characters of its first words.
  fileprivate var meanLength: Double { mean { $0.count } }

  /// Whether words are sentences, and no names.
  fileprivate var isProse: Bool { meanLength >= 40 && mean { $0.count { $0 == " " } } >= 4 }

  /// Whether it counts the rows, from 0 or 1 on.
  fileprivate var numbersRows: Bool {
    guard case .numbers(let numbers) = values, let first = numbers.first, let first else {
      return false
    }
    return (first == 0 || first == 1)
      && numbers.enumerated().allSatisfy { $1 == first + Double($0) }
  }

  private func mean(_ measure: (String) -> Int) -> Double {
    let some = words.lazy.compactMap(\.self).prefix(1000)
    return Double(some.reduce(0) { $0 + measure($1) }) / Double(max(1, some.count))
  }
}
