/// Makes a table of records, block by block.
struct TableBuilder {
  private var columns: [ColumnBuilder]
  private let missing: MissingMarkers
  private let file: String

  /// Columns of these names; their kinds are those of `kinds`, or inferred.
  init(
    _ names: [String], kinds: [String: Table.Kind], missing: MissingMarkers, file: String
  ) {
    columns = names.enumerated().map {
      ColumnBuilder(name: $1, field: $0, kind: kinds[$1])
    }
    self.missing = missing
    self.file = file
  }

  /// Takes the records that a scanner has cut.
  mutating func append(
    _ records: CSVScanner, of bytes: UnsafeBufferPointer<UInt8>
  ) throws(ScanFailure) {
    for place in columns.indices {
      try columns[place].append(records, of: bytes, missing: missing)
    }
  }

  /// Where words came behind numbers: a builder for these columns alone, which must be given all
  /// records once more. Nil where there is no such column.
  func secondReading() -> TableBuilder? {
    var second = self
    second.columns = columns.filter(\.isUndecided)
    for place in second.columns.indices { second.columns[place].restartWithWords() }
    return second.columns.isEmpty ? nil : second
  }

  /// Takes the columns of a second reading in the places of its own.
  mutating func merge(_ second: TableBuilder) {
    for column in second.columns { columns[column.field] = column }
  }

  /// The table of what was read.
  func table() -> Table { Table(columns.map { $0.column() }, source: file) }

  /// Checks the names that a header gives, and that the kinds are of columns that there are.
  static func requireSoundNames(
    _ names: [String], kinds: [String: Table.Kind], file: String, line: Int
  ) throws(DatasetError) {
    var seen: Set<String> = []
    for (field, name) in names.enumerated() where !seen.insert(name).inserted {
      throw DatasetError(
        .duplicateColumn, file: file, line: line, column: field + 1, found: name,
        expected: "a name for each column")
    }
    if let unknown = kinds.keys.sorted().first(where: { !seen.contains($0) }) {
      throw DatasetError(
        .missingColumn, file: file, line: line, found: "the kind of a column \(unknown)",
        expected: "one of " + names.prefix(50).joined(separator: ", "))
    }
  }
}
