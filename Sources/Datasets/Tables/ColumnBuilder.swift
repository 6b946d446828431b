/// The values of a column while a table is read.
struct ColumnBuilder {
  private enum State {
    case numbers([Double?])
    case words([String?])
    /// Numbers stand in front of the first word: all must be read once more, as words.
    case undecided
  }

  let name: String
  let field: Int
  /// What the values must be; nil where they say it themselves.
  let kind: Table.Kind?
  private var state: State

  init(name: String, field: Int, kind: Table.Kind?) {
    self.name = name
    self.field = field
    self.kind = kind
    state = kind == nil || kind == .number ? .numbers([]) : .words([])
  }

  /// Whether the values have to be read once more.
  var isUndecided: Bool {
    if case .undecided = state { true } else { false }
  }

  /// Forgets the values and takes them as words.
  mutating func restartWithWords() { state = .words([]) }

  /// Takes this column's fields of the records that a scanner has cut.
  mutating func append(
    _ records: CSVScanner, of bytes: UnsafeBufferPointer<UInt8>, missing: MissingMarkers
  ) throws(ScanFailure) {
    switch state {
    case .undecided: return
    case .words(var words):
      // So that the array is changed in place.
      state = .undecided
      try append(records, of: bytes, missing, to: &words)
      state = .words(words)
    case .numbers(var numbers):
      state = .undecided
      let before = numbers.count
      if let wrong = appendNumbers(records, of: bytes, missing, to: &numbers) {
        if kind == .number { throw notANumber(wrong, bytes) }
        if before > 0 { return }
        state = .words([])
        try append(records, of: bytes, missing: missing)
      } else {
        state = .numbers(numbers)
      }
    }
  }

  /// Takes fields as numbers; the first that is none, and ends it.
  private func appendNumbers(
    _ records: CSVScanner, of bytes: UnsafeBufferPointer<UInt8>, _ missing: MissingMarkers,
    to numbers: inout [Double?]
  ) -> FieldPlace? {
    let stride = records.fieldCount ?? 0
    return records.fields.withUnsafeBufferPointer { fields -> FieldPlace? in
      for record in 0..<records.recordCount {
        let place = fields[record * stride + field]
        let text = UnsafeBufferPointer(rebasing: bytes[place.start..<place.end])
        if missing.contains(text) {
          numbers.append(nil)
        } else if let number = NumberParser.number(text) {
          numbers.append(number)
        } else {
          return place
        }
      }
      return nil
    }
  }

  private func append(
    _ records: CSVScanner, of bytes: UnsafeBufferPointer<UInt8>, _ missing: MissingMarkers,
    to words: inout [String?]
  ) throws(ScanFailure) {
    for record in 0..<records.recordCount {
      let place = records.fields[record * (records.fieldCount ?? 0) + field]
      let text = UnsafeBufferPointer(rebasing: bytes[place.start..<place.end])
      words.append(
        missing.contains(text) ? nil : try ColumnBuilder.word(bytes, at: place, field: field))
    }
  }

  /// The text of a field, its doubled quotes halved.
  static func word(
    _ bytes: UnsafeBufferPointer<UInt8>, at place: FieldPlace, field: Int
  ) throws(ScanFailure) -> String {
    let text = bytes[place.start..<place.end]
    let word =
      place.isEscaped
      ? String(validating: withoutDoubledQuotes(text), as: UTF8.self)
      : String(validating: UnsafeBufferPointer(rebasing: text), as: UTF8.self)
    if let word { return word }
    let wrong = UTF8Check.firstWrongByte(text) ?? place.start
    throw ScanFailure(
      reason: .invalidUTF8, place: wrong, field: field,
      found: "the byte \(Hexadecimal.text([bytes[wrong]]))", expected: "UTF-8")
  }

  private static func withoutDoubledQuotes(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    var result: [UInt8] = []
    var isSecond = false
    for byte in text {
      isSecond = byte == UInt8(ascii: "\"") && !isSecond
      if byte != UInt8(ascii: "\"") || isSecond { result.append(byte) }
    }
    return result
  }

  private func notANumber(
    _ place: FieldPlace, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> ScanFailure {
    ScanFailure(
      reason: .invalidNumber, place: place.start, field: field,
      found: String(decoding: bytes[place.start..<place.end].prefix(100), as: UTF8.self),
      expected: "a number in the column \(name)")
  }

  /// The column; a kind that nobody gave follows from the values.
  func column() -> Table.Column {
    let values: Table.Values =
      switch state {
      case .numbers(let numbers): .numbers(numbers)
      case .words(let words):
        (kind ?? ColumnBuilder.inferredKind(words)) == .category
          ? .categories(words) : .texts(words)
      case .undecided: .texts([])
      }
    return Table.Column(name: name, values: values)
  }

  /// Words are categories where at most 1,000 of them, and at most half of all, are different.
  private static func inferredKind(_ words: [String?]) -> Table.Kind {
    let most = min(1000, words.count { $0 != nil } / 2)
    var distinct: Set<String> = []
    for case .some(let word) in words where distinct.insert(word).inserted {
      if distinct.count > most { return .text }
    }
    return .category
  }
}
