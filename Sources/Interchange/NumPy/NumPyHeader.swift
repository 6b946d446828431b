import Arrays

/// What stands in front of the elements of a `.npy` file, checked against the size of the file.
struct NumPyHeader {
  let type: NumPyType
  let shape: Shape
  /// Whether the first index runs fastest, as in Fortran.
  let isColumnMajor: Bool
  /// Where the elements begin.
  let start: Int

  /// The most bytes that a header may have. NumPy's own reader takes 10,000.
  static let largestByteCount = 65_535

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ contents: ByteContents) throws(InterchangeError) {
    let (text, version) = try NumPyHeader.text(contents)
    let begin = version == 1 ? 10 : 12
    var parser = NumPyHeaderParser(text, file: contents.file, begin: begin)
    let fields = try parser.fields()
    guard let type = NumPyType(fields.description) else {
      throw InterchangeError(
        .unsupportedElementType, file: contents.file, offset: begin,
        found: Name.shown(fields.description),
        expected: "one number of a type that tensors have, as <f4; objects are never read")
    }
    self.type = type
    shape = fields.shape
    isColumnMajor = fields.isColumnMajor
    start = begin + text.count
    try requireFit(contents)
  }

  /// The dictionary's text and the version of the format.
  private static func text(
    _ contents: ByteContents
  ) throws(InterchangeError) -> (text: [UInt8], version: Int) {
    let file = contents.file
    guard contents.count >= 10 else {
      throw InterchangeError(
        .truncatedHeader, file: file, found: "\(contents.count) bytes",
        expected: "at least the 10 in front of the header")
    }
    let front = try contents.bytes(0..<10)
    guard front.starts(with: magic) else {
      throw InterchangeError(
        .wrongMagic, file: file, offset: 0, found: "\(Array(front.prefix(6)))",
        expected: "\(magic), of NumPy")
    }
    let version = Int(front[6])
    guard (1...3).contains(version), front[7] == 0 else {
      throw InterchangeError(
        .unsupportedVersion, file: file, offset: 6, found: "\(front[6]).\(front[7])",
        expected: "1.0, 2.0 or 3.0")
    }
    let begin = version == 1 ? 10 : 12
    guard contents.count >= begin else {
      throw InterchangeError(
        .truncatedHeader, file: file, found: "\(contents.count) bytes",
        expected: "at least the \(begin) in front of the header")
    }
    let length = try contents.bytes(8..<begin).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= largestByteCount else {
      throw InterchangeError(
        .oversizedHeader, file: file, offset: 8, found: "\(length) bytes",
        expected: "at most \(largestByteCount)")
    }
    guard length <= contents.count - begin else {
      throw InterchangeError(
        .truncatedHeader, file: file, offset: begin,
        found: "\(contents.count - begin) bytes behind its length", expected: "\(length)")
    }
    return (try contents.bytes(begin..<begin + length), version)
  }

  /// The elements fill the rest of the file, no more and no less.
  private func requireFit(_ contents: ByteContents) throws(InterchangeError) {
    var byteCount = type.dataType.byteCount
    for length in shape where length != 0 {
      let (product, overflows) = byteCount.multipliedReportingOverflow(by: length)
      guard !overflows else {
        throw InterchangeError(
          .uncountableShape, file: contents.file, offset: 10, found: Name.shown("\(shape)"),
          expected: "fewer than 2⁶³ bytes")
      }
      byteCount = product
    }
    if shape.contains(0) { byteCount = 0 }
    let rest = contents.count - start
    guard rest == byteCount else {
      throw InterchangeError(
        rest < byteCount ? .truncatedData : .unusedBytes, file: contents.file, offset: start,
        found: "\(rest) bytes",
        expected: "\(byteCount) for \(type.dataType) \(Name.shown("\(shape)"))")
    }
  }
}
