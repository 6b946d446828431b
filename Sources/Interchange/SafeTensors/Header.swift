import Arrays

/// The header of a safetensors file, checked against the size of the file: 8 bytes with its length
/// (little-endian), then JSON.
struct Header {
  /// The most bytes that the format's own reader takes a header to have.
  static let largestByteCount = 100_000_000

  /// In the order of their bytes.
  let entries: [SafeTensors.Entry]
  let metadata: [String: String]

  /// Reads the header of `contents`. Memory is taken for no more than the file really holds.
  init(_ contents: ByteContents) throws(InterchangeError) {
    let count = try Header.length(contents)
    let parser = try HeaderParser(contents.bytes(8..<8 + count), file: contents.file)
    let start = 8 + count
    var entries: [SafeTensors.Entry] = []
    for declaration in parser.declarations {
      entries.append(try Header.entry(declaration, from: start, file: contents.file))
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try Header.requireSeamless(entries, start..<contents.count, file: contents.file)
    self.entries = entries
    metadata = parser.metadata
  }

  private static func length(_ contents: ByteContents) throws(InterchangeError) -> Int {
    guard contents.count >= 8 else {
      throw InterchangeError(
        .truncatedHeader, file: contents.file, found: "\(contents.count) bytes",
        expected: "at least the 8 of the header's length")
    }
    let length = try contents.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= largestByteCount else {
      throw InterchangeError(
        .oversizedHeader, file: contents.file, offset: 0, found: "\(length) bytes",
        expected: "at most \(largestByteCount)")
    }
    guard length <= contents.count - 8 else {
      throw InterchangeError(
        .truncatedHeader, file: contents.file, offset: 8,
        found: "\(contents.count - 8) bytes behind its length", expected: "\(length)")
    }
    return Int(length)
  }

  /// The entry of a declaration that makes sense by itself.
  private static func entry(
    _ declaration: HeaderParser.Declaration, from start: Int, file: String
  ) throws(InterchangeError) -> SafeTensors.Entry {
    func failure(
      _ reason: InterchangeError.Reason, _ found: String, _ expected: String
    ) -> InterchangeError {
      InterchangeError(
        reason, file: file, tensor: declaration.name, offset: declaration.place, found: found,
        expected: expected)
    }
    guard let type = SafeTensors.ElementType(rawValue: declaration.elementType) else {
      let known = SafeTensors.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(
        .unknownElementType, Name.shown(declaration.elementType), "one of \(known)")
    }
    let shape = Shape(declaration.lengths)
    guard let bits = bitCount(of: shape, type) else {
      throw failure(
        .uncountableShape, Name.shown("\(shape)"), "fewer than 2⁶³ bits of \(type.rawValue)")
    }
    let (begin, end) = (declaration.begin, declaration.end)
    guard bits % 8 == 0, begin <= end, end - begin == bits / 8 else {
      throw failure(
        .wrongByteCount, "data_offsets [\(begin), \(end)]",
        "\(bits / 8)\(bits % 8 == 0 ? "" : " and a part") bytes for \(type.rawValue) \(Name.shown("\(shape)"))"
      )
    }
    guard end <= Int.max - start else {
      throw failure(.truncatedData, "data_offsets [\(begin), \(end)]", "bytes inside the file")
    }
    return SafeTensors.Entry(
      name: declaration.name, elementType: type, shape: shape, bytes: start + begin..<start + end)
  }

  /// The size of the elements, nil where it cannot be counted: strides are products of all lengths
  /// but those of 0, so that these must be countable too.
  private static func bitCount(of shape: Shape, _ type: SafeTensors.ElementType) -> Int? {
    var bits = type.bitCount
    for length in shape where length != 0 {
      let (product, overflows) = bits.multipliedReportingOverflow(by: length)
      if overflows { return nil }
      bits = product
    }
    return shape.contains(0) ? 0 : bits
  }

  /// Every byte behind the header belongs to exactly one tensor; `entries` are sorted.
  private static func requireSeamless(
    _ entries: [SafeTensors.Entry], _ body: Range<Int>, file: String
  ) throws(InterchangeError) {
    var end = body.lowerBound
    for entry in entries {
      let begin = entry.bytes.lowerBound
      guard begin == end else {
        throw InterchangeError(
          begin < end ? .overlap : .unusedBytes, file: file, tensor: entry.name, offset: begin,
          found: "a tensor that begins there", expected: "one that begins at byte \(end)")
      }
      end = entry.bytes.upperBound
      guard end <= body.upperBound else {
        throw InterchangeError(
          .truncatedData, file: file, tensor: entry.name, offset: begin,
          found: "\(body.upperBound - begin) bytes", expected: "\(entry.bytes.count)")
      }
    }
    guard end == body.upperBound else {
      throw InterchangeError(
        .unusedBytes, file: file, offset: end, found: "\(body.upperBound - end) more bytes",
        expected: "the end of the file")
    }
  }
}
