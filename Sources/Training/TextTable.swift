/// A table of text in columns.
struct TextTable: CustomStringConvertible {
  struct Column {
    let title: String
    /// The most characters that it takes.
    let width: Int
    /// Whether it is flush right.
    let isNumber: Bool

    init(_ title: String, width: Int = 40, isNumber: Bool = false) {
      self.title = title
      self.width = width
      self.isNumber = isNumber
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, one cell a column.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  var description: String {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in
      min(
        columns[column].width,
        all.reduce(0) { max($0, column < $1.count ? $1[column].count : 0) })
    }
    return all.map { cells in
      var line = columns.indices.map { column in
        TextTable.fitted(
          column < cells.count ? cells[column] : "", widths[column],
          isNumber: columns[column].isNumber)
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Cut where it is too long, padded where it is short.
  private static func fitted(_ text: String, _ width: Int, isNumber: Bool) -> String {
    let cut = text.count > width ? text.prefix(max(width - 1, 0)) + "…" : text[...]
    let padding = String(repeating: " ", count: width - cut.count)
    return isNumber ? padding + cut : cut + padding
  }
}
