/// Where a field of a table stands in the bytes of the file, without its quotes.
struct FieldPlace {
  var start: Int
  var end: Int
  /// Whether quotes inside are doubled.
  var isEscaped: Bool
}

/// Why a record cannot be cut into fields.
struct ScanFailure: Error {
  let reason: DatasetError.Reason
  /// The place of the field in the bytes, and its number in the record, from 0.
  let place: Int
  let field: Int
  let found: String
  let expected: String
}

extension ScanFailure {
  /// The error of a file, of which `bytes` begin behind `linesBefore` ends of lines and
  /// `bytesBefore` bytes.
  func error(
    in bytes: UnsafeBufferPointer<UInt8>, of file: String, linesBefore: Int = 0,
    bytesBefore: Int = 0
  ) -> DatasetError {
    DatasetError(
      reason, file: file, offset: bytesBefore + place,
      line: linesBefore + CSVScanner.lineEnds(bytes, before: place) + 1, column: field + 1,
      found: found, expected: expected)
  }
}

/// Cuts the text of a table into records and fields (RFC 4180).
///
/// Fields may stand in quotes, and then hold delimiters, ends of lines and doubled quotes; a quote
/// inside a field that does not begin with one is a character like others. Records end in LF, CR LF
/// or CR; the last may do without. Empty lines are passed over.
struct CSVScanner {
  let delimiter: UInt8
  /// How many fields a record must have; nil until the first says it.
  var fieldCount: Int?
  /// The fields of the records that were cut, one record behind the other.
  private(set) var fields: [FieldPlace] = []
  private(set) var recordCount = 0

  /// The most fields of a record: each takes more memory than the comma behind it.
  static let mostFields = 100_000

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// How many lines end in front of a place.
  static func lineEnds(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
    var count = 0
    for place in 0..<end {
      let byte = bytes[place]
      if byte == lineFeed {
        count += 1
      } else if byte == carriageReturn, place + 1 == bytes.count || bytes[place + 1] != lineFeed {
        count += 1
      }
    }
    return count
  }

  /// Cuts up to `most` records from `start` on.
  ///
  /// - Parameter isLast: whether nothing follows these bytes; otherwise a record that is not seen
  ///   to end is left.
  /// - Returns: where the first record begins that was not cut.
  mutating func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, most: Int, isLast: Bool
  ) throws(ScanFailure) -> Int {
    fields.removeAll(keepingCapacity: true)
    recordCount = 0
    var place = start
    while recordCount < most, place < bytes.count {
      let byte = bytes[place]
      if byte == Self.lineFeed || byte == Self.carriageReturn {
        // A line feed that belongs to it may follow.
        if byte == Self.carriageReturn, place + 1 == bytes.count, !isLast { break }
        place += 1
        continue
      }
      let known = fields.count
      guard let next = try scanRecord(bytes, place, isLast) else {
        fields.removeLast(fields.count - known)
        break
      }
      let found = fields.count - known
      if let fieldCount, found != fieldCount {
        throw ScanFailure(
          reason: .wrongFieldCount, place: place, field: min(found, fieldCount),
          found: "\(found)", expected: "\(fieldCount)")
      }
      fieldCount = found
      recordCount += 1
      place = next
    }
    return place
  }

  /// Cuts one record; where the next may begin, nil where the record is not seen to end.
  private mutating func scanRecord(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ isLast: Bool
  ) throws(ScanFailure) -> Int? {
    var place = start
    let first = fields.count
    while true {
      var end: Int
      if place < bytes.count, bytes[place] == Self.quote {
        let field = fields.count - first
        guard let closed = try scanQuoted(bytes, place, field, isLast) else { return nil }
        end = closed
      } else {
        end = place
        while end < bytes.count {
          let byte = bytes[end]
          if byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn { break }
          end += 1
        }
        fields.append(FieldPlace(start: place, end: end, isEscaped: false))
      }
      if end == bytes.count { return isLast ? end : nil }
      let byte = bytes[end]
      if byte == delimiter {
        place = end + 1
        if fields.count - first == Self.mostFields {
          throw ScanFailure(
            reason: .wrongFieldCount, place: place, field: Self.mostFields, found: "more",
            expected: "at most \(Self.mostFields)")
        }
      } else if byte == Self.carriageReturn {
        // Whether a line feed belongs to it shows only with the next byte.
        if end + 1 == bytes.count { return isLast ? end + 1 : nil }
        return bytes[end + 1] == Self.lineFeed ? end + 2 : end + 1
      } else {
        return end + 1
      }
    }
  }

  /// Cuts a field in quotes; the place behind the closing one, nil where it does not end here.
  private mutating func scanQuoted(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ field: Int, _ isLast: Bool
  ) throws(ScanFailure) -> Int? {
    var place = start + 1
    var isEscaped = false
    while place < bytes.count {
      if bytes[place] != Self.quote {
        place += 1
        continue
      }
      let next = place + 1
      if next == bytes.count {
        if !isLast { return nil }
      } else if bytes[next] == Self.quote {
        isEscaped = true
        place += 2
        continue
      } else if bytes[next] != delimiter && bytes[next] != Self.lineFeed
        && bytes[next] != Self.carriageReturn
      {
        throw ScanFailure(
          reason: .strayText, place: next, field: field,
          found: "the byte \(Hexadecimal.text([bytes[next]]))",
          expected: "a delimiter or the end of the line")
      }
      fields.append(FieldPlace(start: start + 1, end: place, isEscaped: isEscaped))
      return next
    }
    if !isLast { return nil }
    throw ScanFailure(
      reason: .unterminatedQuote, place: start, field: field, found: "the end of the file",
      expected: "a closing quote")
  }
}
