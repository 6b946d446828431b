import Arrays

/// Reads a CSV or TSV file a number of rows at a time, so that it may be larger than memory.
///
/// ```swift
/// var reader = try TableReader(contentsOf: "visits.csv")
/// while let table = try reader.next(rows: 10_000) { … }
/// ```
/// The file is read as `Table` reads it, but kinds of columns that the format does not give follow
/// from the first rows alone; a later value that does not fit them is an error. A packed file is
/// held packed.
public struct TableReader {
  /// The names of the columns.
  public let columnNames: [String]
  private var text: TextPieces
  private var scanner: CSVScanner
  private let format: TableFormat
  private let missing: MissingMarkers
  /// The kinds of all columns, once the first rows have said them.
  private var kinds: [String: Table.Kind]
  private var isInferred = false

  /// The most bytes of one record.
  public static let longestRecord = 1 << 26

  /// Opens a file and reads its header.
  ///
  /// - Throws: `DatasetError`, as `Table` does.
  public init(
    contentsOf path: String, _ format: TableFormat = TableFormat()
  ) throws(DatasetError) {
    try self.init(TextPieces(opening: path), format)
  }

  /// Reads the bytes of a file; `name` stands for the file in errors.
  public init(
    fileBytes: [UInt8], name: String, _ format: TableFormat = TableFormat()
  ) throws(DatasetError) {
    try self.init(TextPieces(fileBytes, file: name), format)
  }

  private init(_ text: TextPieces, _ format: TableFormat) throws(DatasetError) {
    var text = text
    var scanner = CSVScanner(delimiter: format.delimiterByte(for: text.file))
    var header: TableHeader?
    while header == nil {
      try text.readMore(most: TableReader.longestRecord)
      let (file, isLast) = (text.file, text.isComplete)
      header = try text.withBytes { (bytes) throws(DatasetError) in
        try TableHeader(
          bytes, from: TableHeader.markLength(bytes), format, file: file, isLast: isLast,
          scanner: &scanner)
      }
    }
    guard let header else { stop("TableReader: no header was read") }
    text.consume(upTo: header.end)
    self.text = text
    self.scanner = scanner
    self.format = format
    columnNames = header.names
    missing = MissingMarkers(format.missingMarkers)
    kinds = format.kinds
  }

  /// The next rows, `count` of them or, at the end, fewer; nil behind the last.
  ///
  /// - Throws: `DatasetError`, as `Table` does, and when a record takes more than `longestRecord`
  ///   bytes.
  public mutating func next(rows count: Int) throws(DatasetError) -> Table? {
    guard count > 0 else { stop("TableReader.next: \(count) rows; there must be at least one") }
    var builder = TableBuilder(columnNames, kinds: kinds, missing: missing, file: text.file)
    // What a second reading needs is held only while kinds are inferred.
    var held: [TextPieces.Part] = []
    var rowCount = 0
    while rowCount < count {
      let (isLast, most) = (text.isComplete, count - rowCount)
      let part = text.rest
      let end = try scan(part, most: most, isLast: isLast, into: &builder)
      rowCount += scanner.recordCount
      if !isInferred, scanner.recordCount > 0 { held.append(part.prefix(upTo: end)) }
      text.consume(upTo: end)
      if scanner.recordCount == 0 {
        if isLast { break }
        try text.readMore(most: TableReader.longestRecord)
      }
    }
    if rowCount == 0 { return nil }
    if var second = builder.secondReading() {
      for part in held { _ = try scan(part, most: count, isLast: true, into: &second) }
      builder.merge(second)
    }
    let table = builder.table()
    for column in table.columns { kinds[column.name] = column.kind }
    isInferred = true
    return table
  }

  private mutating func scan(
    _ part: TextPieces.Part, most: Int, isLast: Bool, into builder: inout TableBuilder
  ) throws(DatasetError) -> Int {
    var scanner = scanner
    defer { self.scanner = scanner }
    let file = text.file
    return try part.withBytes { (bytes) throws(DatasetError) in
      do throws(ScanFailure) {
        let end = try scanner.scan(bytes, from: part.start, most: most, isLast: isLast)
        try builder.append(scanner, of: bytes)
        return end
      } catch {
        throw error.error(
          in: bytes, of: file, linesBefore: part.linesBefore, bytesBefore: part.bytesBefore)
      }
    }
  }
}
