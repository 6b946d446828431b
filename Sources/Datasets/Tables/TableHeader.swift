/// The names of a table's columns, and where its records begin.
struct TableHeader {
  let names: [String]
  /// The place behind the header's line, or of the first record.
  private(set) var end: Int

  /// How many bytes a byte order mark takes in front of a text in UTF-8.
  static func markLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Reads the first record from `start` on; nil where it is not seen to end. `scanner` learns how
  /// many fields a record has.
  init?(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ format: TableFormat, file: String,
    isLast: Bool, scanner: inout CSVScanner
  ) throws(DatasetError) {
    var names: [String] = []
    do throws(ScanFailure) {
      end = try scanner.scan(bytes, from: start, most: 1, isLast: isLast)
      guard scanner.recordCount == 1 else {
        if isLast {
          throw ScanFailure(
            reason: .wrongHeader, place: start, field: 0, found: "no line",
            expected: format.hasHeader ? "the names of the columns" : "at least one row")
        }
        return nil
      }
      for (field, place) in scanner.fields.enumerated() {
        names.append(
          format.hasHeader
            ? try ColumnBuilder.word(bytes, at: place, field: field) : "\(field + 1)")
      }
    } catch {
      throw error.error(in: bytes, of: file)
    }
    let line = CSVScanner.lineEnds(bytes, before: scanner.fields.first?.start ?? 0) + 1
    try TableBuilder.requireSoundNames(names, kinds: format.kinds, file: file, line: line)
    self.names = names
    if !format.hasHeader { self.end = start }
  }
}
