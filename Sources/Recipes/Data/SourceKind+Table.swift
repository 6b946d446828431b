import Arrays
import Datasets
import Tensors

extension SourceKind {
  static let table = SourceKind(
    variant: Variant(
      "csv", "The rows of a CSV or TSV file.",
      example: "csv: {file: data/houses.csv, target: price, task: regression}",
      [
        .required("file", .text, "The file."),
        .required("target", .text, "The column that is predicted."),
        Key(
          "task", .choice(["classification", "regression"]), "classification",
          "Whether the target names a class or is a number."),
        Key(
          "columns", .list(.text, count: 1...100_000), nil,
          "The columns that are learned from; all others unless given."),
        Key("drop", .list(.text, count: 0...100_000), "[]", "Columns that are left out."),
        Key(
          "missing", .choice(["stop", "drop"]), "stop",
          "What becomes of a row in which a value is missing: it is an error, or left out."),
        delimiterKey,
      ])
  ) { options, facts in
    let format = TableFormat(delimiter: delimiter(options))
    let table = try Table(contentsOf: options.name("file"), format)
    let target = options.name("target")
    let chosen =
      facts?.columns.map(\.name) ?? options["columns"]?.list.map(\.name) ?? table.columnNames
    let dropped = Set(options.list("drop").map(\.name) + [target])
    let names = chosen.filter { !dropped.contains($0) }
    guard !names.isEmpty else { throw Misfit("leaves no column to learn from") }
    for name in options.list("drop").map(\.name) { _ = try table.column(name) }
    let used = try table.selecting(columns: names + [target])
    let whole = try wholeRows(used, drops: options.name("missing") == "drop")
    let encoding =
      facts.map { TableEncoding(columns: $0.columns) } ?? TableEncoding(whole, columns: names)
    let inputs = try encoding.rows(of: whole)
    var fields: [String: [String]] = [:]
    for column in whole.columns { fields[column.name] = column.words.map { $0 ?? "" } }
    if options.name("task") == "regression" {
      let numbers = try TableEncoding.numbers(of: whole, target)
      return Material(
        examples: .rows(TensorDataset(inputs, Tensor(numbers, shape: [numbers.count]))),
        count: whole.rowCount, targets: .numbers(1), fields: fields, columns: encoding.columns)
    }
    let words = try whole.column(target)
    let (classes, numbers) = try classes(of: words, facts)
    let labels = words.words.map { numbers[$0 ?? ""] ?? 0 }
    return Material(
      examples: .rows(TensorDataset(inputs, Tensor(labels, shape: [labels.count]))),
      count: whole.rowCount, targets: .classes(classes.count), classNames: classes, labels: labels,
      fields: fields, columns: encoding.columns)
  }

  /// How fields are parted, of every source that is a table.
  static let delimiterKey = Key(
    "delimiter", .choice(["comma", "semicolon", "tab"]), nil, "By the file's name unless given.")

  /// The classes that a target's column names, and their numbers. Rows for a model that has its
  /// classes may be of one of them.
  static func classes(
    of column: Table.Column, _ facts: DataFacts?
  ) throws(Misfit) -> (names: [String], numbers: [String: Int]) {
    let names = column.distinctWords
    guard names.count > 1 || facts != nil, names.count <= 100_000 else {
      throw Misfit(
        "has \(names.count) different values in the target \(column.name); 2 and more fit")
    }
    return (names, Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }))
  }

  static func delimiter(_ options: Entry) -> Character? {
    switch options["delimiter"]?.name {
    case "comma": ","
    case "semicolon": ";"
    case "tab": "\t"
    default: nil
    }
  }

  /// The rows without a missing value.
  private static func wholeRows(_ table: Table, drops: Bool) throws -> Table {
    var isWhole = [Bool](repeating: true, count: table.rowCount)
    for column in table.columns where column.missingCount > 0 {
      for (row, word) in column.words.enumerated() where word == nil {
        if !drops {
          throw DatasetError(
            .missingValue, file: table.source, found: "nothing in row \(row + 1) of \(column.name)",
            expected: "a value; missing: drop leaves such rows out")
        }
        isWhole[row] = false
      }
    }
    let kept = isWhole.indices.filter { isWhole[$0] }
    guard !kept.isEmpty else {
      throw DatasetError(
        .noExamples, file: table.source, found: "no whole row", expected: "at least one")
    }
    return kept.count == table.rowCount ? table : table.selecting(rows: kept)
  }
}

/// How rows of a table become numbers: numbers as they are, words as 1 in the place of the word and 0
/// elsewhere.
package struct TableEncoding: Sendable, Hashable, Codable {
  /// A column that is learned from.
  package struct Column: Sendable, Hashable, Codable {
    package var name: String
    /// The words that have a place; nil for numbers.
    package var words: [String]?
  }

  package var columns: [Column]

  package init(columns: [Column]) { self.columns = columns }

  /// As a table's own columns ask for it.
  init(_ table: Table, columns names: [String]) {
    columns = names.compactMap { name in
      table[name].map { column in
        Column(name: name, words: column.kind == .number ? nil : column.distinctWords)
      }
    }
  }

  var width: Int { columns.reduce(0) { $0 + $1.width } }

  /// Throws where the numbers of so many rows would not fit into memory: a column of many different
  /// words makes that of a small file.
  package func requireMemory(rows: Int, of file: String) throws(DatasetError) {
    // A tensor is a copy of the numbers that it is made of.
    let (count, isTooMany) = rows.multipliedReportingOverflow(by: width)
    let (byteCount, isTooMuch) = count.multipliedReportingOverflow(by: 2 * MemoryLayout<Float>.size)
    let refusal: String? =
      if isTooMany || isTooMuch {
        "no machine holds it"
      } else {
        byteCount > 1 << 26 ? MemoryLimit.refusal(of: byteCount, for: "the table") : nil
      }
    guard let refusal, let widest = columns.max(by: { $0.width < $1.width }) else { return }
    throw DatasetError(
      .tooLarge, file: file,
      found: "\(rows) rows of \(width) numbers, \(widest.width) of them for the different words of "
        + "\(widest.name)",
      expected: "what fits into memory (\(refusal)); drop leaves a column out")
  }

  /// The rows of a table that has these columns: [rows, width]. A word that is not known is all zeros.
  func rows(of table: Table) throws(DatasetError) -> Tensor {
    try requireMemory(rows: table.rowCount, of: table.source)
    let width = width
    var values = [Float](repeating: 0, count: table.rowCount * width)
    var start = 0
    for column in columns {
      if let words = column.words {
        let places = Dictionary(words.enumerated().map { ($1, $0) }) { first, _ in first }
        for (row, word) in try table.column(column.name).words.enumerated() {
          if let place = word.flatMap({ places[$0] }) { values[row * width + start + place] = 1 }
        }
        start += words.count
      } else {
        for (row, number) in try TableEncoding.numbers(of: table, column.name).enumerated() {
          values[row * width + start] = number
        }
        start += 1
      }
    }
    return Tensor(values, shape: [table.rowCount, width])
  }

  /// The numbers of a column.
  ///
  /// - Throws: `DatasetError` where one is missing, infinite or too large for float32.
  static func numbers(of table: Table, _ name: String) throws(DatasetError) -> [Float] {
    var numbers: [Float] = []
    for (row, number) in try table.numbers(name).enumerated() {
      guard let number else {
        throw DatasetError(
          .missingValue, file: table.source, found: "nothing in row \(row + 1) of \(name)",
          expected: "a number")
      }
      guard Float(number).isFinite else {
        throw DatasetError(
          .invalidNumber, file: table.source, found: "\(number) in row \(row + 1) of \(name)",
          expected: "a number that float32 holds")
      }
      numbers.append(Float(number))
    }
    return numbers
  }
}

extension TableEncoding.Column {
  /// How many numbers it becomes.
  var width: Int { words?.count ?? 1 }
}
