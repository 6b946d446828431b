extension MonthlySeries {
  /// Reads a text file of one column of numbers, month after month.
  ///
  ///     # lines that begin so, and empty ones, say nothing
  ///     month,temperature
  ///     1950-01,23.11
  ///     1950-02,24.20
  ///
  /// The first line is `month`, a comma and the name of the series. Lines may end in CR LF, and the
  /// file may be packed with gzip.
  ///
  /// - Throws: `DatasetError` when the file is missing or unreadable, a line has another form, a
  ///   month does not follow the one before it, or a value is no finite number.
  public init(csv path: String) throws(DatasetError) {
    try self.init(csv: readFile(path, limit: Self.mostBytes), name: path)
  }

  /// Reads the bytes of such a file; `name` stands for the file in errors.
  public init(csv bytes: [UInt8], name: String) throws(DatasetError) {
    var source = ByteSource(bytes, file: name)
    let text = try source.read(Self.mostBytes + 1)
    guard text.count <= Self.mostBytes else {
      throw DatasetError(
        .tooLarge, file: name, found: "more", expected: "at most \(Self.mostBytes) bytes of text")
    }
    var lines = CSVLines(text, file: name)
    guard let (header, line) = try lines.next() else {
      throw DatasetError(.wrongHeader, file: name, found: "no line", expected: "month,NAME")
    }
    guard header[0] == "month" else {
      throw DatasetError(
        .wrongHeader, file: name, line: line, found: header[0], expected: "month")
    }

    var start: Month?
    var values: [Double] = []
    while let (fields, line) = try lines.next() {
      guard let month = Month(fields[0]) else {
        throw DatasetError(
          .invalidMonth, file: name, line: line, found: fields[0],
          expected: "a month such as 1998-01")
      }
      let first = start ?? month
      start = first
      let due = first.advanced(by: values.count)
      guard month == due else {
        throw DatasetError(
          .missingMonth, file: name, line: line, found: "\(month)", expected: "\(due)")
      }
      guard let value = Double(fields[1]), value.isFinite else {
        throw DatasetError(
          .invalidNumber, file: name, line: line, found: fields[1], expected: "a finite number")
      }
      values.append(value)
    }
    guard let start else {
      throw DatasetError(
        .truncatedData, file: name, line: line, found: "no month", expected: "at least one")
    }
    self.init(name: header[1], start: start, values: values)
  }

  /// Ten thousand years of months take a tenth of it.
  private static let mostBytes = 1 << 24
}

/// The lines of a text of two columns, without comments and empty lines.
private struct CSVLines {
  private let lines: [ArraySlice<UInt8>]
  private let file: String
  private var position = 0

  init(_ text: [UInt8], file: String) {
    lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    self.file = file
  }

  /// The two fields of the next line and its number, from 1; nil after the last.
  mutating func next() throws(DatasetError) -> (fields: [String], line: Int)? {
    while position < lines.count {
      let bytes = lines[position]
      position += 1
      let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      guard fields.count == 2 else {
        throw DatasetError(
          .wrongFieldCount, file: file, line: position, found: "\(fields.count)",
          expected: "2, parted by a comma")
      }
      return (fields.map { String(decoding: $0, as: UTF8.self) }, position)
    }
    return nil
  }
}
