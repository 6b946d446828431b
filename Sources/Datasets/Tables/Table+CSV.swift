extension Table {
  /// Reads a CSV or TSV file (RFC 4180), packed with gzip or not.
  ///
  /// Fields in quotes may hold delimiters, ends of lines and doubled quotes. Lines end in LF, CR LF
  /// or CR, and empty ones are passed over; a byte order mark is, too. A column is of numbers where
  /// all its values are, rounded as `strtod` rounds them; of categories where at most 1,000 of its
  /// words, and at most half of them, are different; otherwise of text.
  ///
  /// A line has at most 100,000 fields, and the text at most a sixteenth of the machine's memory;
  /// `TableReader` reads larger files.
  ///
  /// - Throws: `DatasetError`, with line and column, when the file is missing, has no line, has a
  ///   line with more or fewer fields than the first, a quoted field that does not end or goes on
  ///   behind its quotes, bytes that are no UTF-8, two columns of one name, or a value that is not
  ///   of the kind that `format` gives.
  public init(
    contentsOf path: String, _ format: TableFormat = TableFormat()
  ) throws(DatasetError) {
    try self.init(fileBytes: readFile(path, limit: largestByteCount / 4), name: path, format)
  }

  /// Reads the bytes of a CSV or TSV file; `name` stands for the file in errors, and its suffix
  /// says which of the two it is where `format` does not.
  public init(
    fileBytes: [UInt8], name: String, _ format: TableFormat = TableFormat()
  ) throws(DatasetError) {
    // A field of two bytes, with what ends it, becomes an element of 16.
    try self.init(fileBytes: fileBytes, name: name, format, limit: largestByteCount / 4)
  }

  /// Reads the bytes of a file that may unpack to `limit` bytes.
  package init(
    fileBytes: [UInt8], name: String, _ format: TableFormat, limit: Int
  ) throws(DatasetError) {
    let text = try unpacked(fileBytes, file: name, limit: limit)
    self = try text.withUnsafeBufferPointer { (bytes) throws(DatasetError) in
      try Table.read(bytes, name, format)
    }
  }

  /// Records that are cut before their columns are made, few enough to stay in the cache.
  private static let blockLength = 512

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ file: String, _ format: TableFormat
  ) throws(DatasetError) -> Table {
    var scanner = CSVScanner(delimiter: format.delimiterByte(for: file))
    let start = TableHeader.markLength(bytes)
    let header = try TableHeader(
      bytes, from: start, format, file: file, isLast: true, scanner: &scanner)
    guard let header else { return Table([], source: file) }
    var builder = TableBuilder(
      header.names, kinds: format.kinds, missing: MissingMarkers(format.missingMarkers), file: file)
    do throws(ScanFailure) {
      try append(bytes, from: header.end, to: &builder, &scanner)
      if var second = builder.secondReading() {
        try append(bytes, from: header.end, to: &second, &scanner)
        builder.merge(second)
      }
    } catch {
      throw error.error(in: bytes, of: file)
    }
    return builder.table()
  }

  private static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to builder: inout TableBuilder,
    _ scanner: inout CSVScanner
  ) throws(ScanFailure) {
    var place = start
    while place < bytes.count {
      place = try scanner.scan(bytes, from: place, most: blockLength, isLast: true)
      try builder.append(scanner, of: bytes)
    }
  }
}
