import Arrays
import Datasets
import Glibc
import Tensors
import Testing

@Suite struct IDXArrayTests {
  struct Readable: Sendable, CustomTestStringConvertible {
    let type: UInt8
    let elements: [UInt8]
    let dataType: DataType
    let values: [Double]
    var testDescription: String { "\(dataType)" }
  }

  static let readable = [
    Readable(type: 0x08, elements: [0, 255], dataType: .uint8, values: [0, 255]),
    Readable(type: 0x09, elements: [0x80, 0x7F], dataType: .int8, values: [-128, 127]),
    Readable(type: 0x0B, elements: [0x01, 0x00, 0xFF, 0xFE], dataType: .int16, values: [256, -2]),
    Readable(
      type: 0x0C, elements: [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], dataType: .int32,
      values: [65536, -1]),
    Readable(
      type: 0x0D, elements: [0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0], dataType: .float32,
      values: [1.5, -2]),
    Readable(
      type: 0x0E, elements: [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0],
      dataType: .float64, values: [1.5, -2]),
  ]

  @Test("every element type, packed or not", arguments: readable, [false, true])
  func readsElements(_ example: Readable, isPacked: Bool) throws {
    let file = idx(type: example.type, [2, 1], example.elements)
    let array = try IDXArray(fileBytes: isPacked ? gzip(file) : file, name: "x")
    let tensor = array.tensor
    #expect(tensor.shape == [2, 1])
    #expect(tensor.dataType == example.dataType)
    #expect(tensor.to(.float64).scalars(as: Double.self) == example.values)
  }

  @Test("no dimension is one element, a length of zero none")
  func readsExtremes() throws {
    #expect(try IDXArray(fileBytes: idx([], [7]), name: "x").shape == [])
    let empty = try IDXArray(fileBytes: idx([0, .max], []), name: "x")
    #expect(empty.shape[0] == 0 && empty.bytes.isEmpty && empty.tensor.shape == [0, 4_294_967_295])
  }

  @Test("a gzip stream of several members reads as their contents in a row")
  func readsSeveralMembers() throws {
    let file = idx([3], [1, 2, 3])
    let packed = gzip(Array(file[..<6])) + gzip(Array(file[6...]))
    #expect(try IDXArray(fileBytes: packed, name: "x").bytes == [1, 2, 3])
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let reason: DatasetError.Reason
    let offset: Int
    let found: String
    let expected: String
    var testDescription: String { "\(reason.rawValue): \(found)" }

    init(
      _ bytes: [UInt8], _ reason: DatasetError.Reason, at offset: Int, _ found: String,
      _ expected: String
    ) {
      (self.bytes, self.reason, self.offset) = (bytes, reason, offset)
      (self.found, self.expected) = (found, expected)
    }
  }

  static let types = "one of 0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E"

  static let malformed = [
    Malformed([], .truncatedHeader, at: 0, "0 bytes", "4 bytes of magic number"),
    Malformed([0, 0, 8], .truncatedHeader, at: 3, "3 bytes", "4 bytes of magic number"),
    Malformed([0x50, 0x4B, 3, 4], .wrongMagic, at: 0, "0x50 0x4B", "0x00 0x00"),
    Malformed([0, 1, 8, 0], .wrongMagic, at: 0, "0x00 0x01", "0x00 0x00"),
    Malformed([0, 0, 0x0A, 1], .unknownElementType, at: 2, "0x0A", types),
    Malformed(
      [0, 0, 8, 2, 0, 0, 0], .truncatedHeader, at: 7, "3 bytes", "8 bytes of 2 dimensions"),
    Malformed(
      [0, 0, 8, 255], .truncatedHeader, at: 4, "0 bytes", "1020 bytes of 255 dimensions"),
    Malformed(
      idx([2, 3], [1, 2, 3, 4, 5]), .truncatedData, at: 12, "5 bytes", "6 bytes of uint8 [2, 3]"),
    Malformed(idx([1], []), .truncatedData, at: 8, "0 bytes", "1 byte of uint8 [1]"),
    Malformed(idx([1], [1, 2, 3]), .trailingBytes, at: 9, "2 bytes", "the end of the file"),
    Malformed(idx([0], [1]), .trailingBytes, at: 8, "1 byte", "the end of the file"),
    Malformed(
      idx(type: 0x0E, [.max, .max], [1]), .truncatedData, at: 12, "1 byte",
      "more bytes than can be counted of float64 [4294967295, 4294967295]"),
    Malformed(
      idx([0, .max, .max], []), .truncatedData, at: 16, "0 bytes",
      "more bytes than can be counted of uint8 [0, 4294967295, 4294967295]"),
    Malformed(
      idx([.max], [1]), .truncatedData, at: 8, "1 byte",
      "4294967295 bytes of uint8 [4294967295]"),
    // Packed: what was packed is malformed.
    Malformed(gzip([]), .truncatedHeader, at: 0, "0 bytes", "4 bytes of magic number"),
    Malformed(
      gzip(idx([2, 3], [1, 2])), .truncatedData, at: 12, "2 bytes", "6 bytes of uint8 [2, 3]"),
    Malformed(gzip(idx([1], [1, 2, 3])), .trailingBytes, at: 9, "more", "the end of the file"),
    // A bomb: 16 MiB where one byte is declared. Unpacking stops after the second.
    Malformed(
      gzip(idx([1], [UInt8](repeating: 0, count: 16 << 20))), .trailingBytes, at: 9, "more",
      "the end of the file"),
    // The packing itself is malformed.
    Malformed(
      [0x1F, 0x8B], .corruptGzip, at: 0, "the end of the file", "a complete gzip stream"),
    Malformed(
      [0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 0], .corruptGzip, at: 0, "unknown compression method",
      "a complete gzip stream"),
    Malformed(
      gzip(idx([4], [1, 2, 3, 4])).dropLast(8), .corruptGzip, at: 12, "the end of the file",
      "a complete gzip stream"),
    Malformed(
      changed(gzip(idx([4], [1, 2, 3, 4])), fromEnd: 8), .corruptGzip, at: 12,
      "incorrect data check", "a complete gzip stream"),
    Malformed(
      gzip(idx([4], [1, 2, 3, 4])) + [1, 2, 3], .corruptGzip, at: 12, "incorrect header check",
      "a complete gzip stream"),
  ]

  static func changed(_ bytes: [UInt8], fromEnd distance: Int) -> [UInt8] {
    var bytes = bytes
    bytes[bytes.count - distance] ^= 0xFF
    return bytes
  }

  @Test("malformed files", arguments: malformed)
  func rejects(_ example: Malformed) {
    let expected = DatasetError(
      example.reason, file: "x", offset: example.offset, found: example.found,
      expected: example.expected)
    #expect(throws: expected) { try IDXArray(fileBytes: example.bytes, name: "x") }
  }

  @Test("a packed file that declares more than it could unpack to takes no memory")
  func rejectsImpossibleSize() throws {
    let error = #expect(throws: DatasetError.self) {
      try IDXArray(fileBytes: gzip(idx([.max, 1024], [1])), name: "x")
    }
    #expect(error?.reason == .truncatedData && error?.found.hasPrefix("at most ") == true)
  }

  @Test("elements and files beyond the limit take no memory", arguments: [false, true])
  func rejectsTooLarge(isPacked: Bool) throws {
    let file = idx([2, 50], [UInt8](repeating: 0, count: 100))
    let bytes = isPacked ? gzip(file) : file
    let expected = DatasetError(
      .tooLarge, file: "x", offset: 4, found: "100 bytes of uint8 [2, 50]",
      expected: "at most 99 bytes")
    #expect(throws: expected) { try IDXArray(fileBytes: bytes, name: "x", limit: 99) }
    #expect(try IDXArray(fileBytes: bytes, name: "x", limit: 100).bytes.count == 100)

    // A file of 2⁴⁰ bytes, all of them a hole.
    try withTemporaryFolder(["x": file]) { folder in
      let path = "\(folder)/x"
      #expect(truncate(path, 1 << 40) == 0)
      let error = #expect(throws: DatasetError.self) { try IDXArray(contentsOf: path) }
      #expect(error?.reason == .tooLarge && error?.found == "1099511627776 bytes")
    }
  }

  @Test("a file that is cut anywhere is an error, never a stop", arguments: [false, true])
  func rejectsEveryPrefix(isPacked: Bool) {
    let file = idx(type: 0x0B, [2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    let bytes = isPacked ? gzip(file) : file
    for length in 0..<bytes.count {
      #expect(throws: DatasetError.self) {
        try IDXArray(fileBytes: Array(bytes[..<length]), name: "x")
      }
    }
  }

  @Test("missing files, and folders in their place")
  func rejectsMissing() {
    let missing = DatasetError(
      .missingFile, file: "/nowhere/x", found: "nothing", expected: "a readable file")
    #expect(throws: missing) { try IDXArray(contentsOf: "/nowhere/x") }
    let folder = DatasetError(
      .irregularFile, file: "/", found: "a folder", expected: "a regular file")
    #expect(throws: folder) { try IDXArray(contentsOf: "/") }
    let device = DatasetError(
      .irregularFile, file: "/dev/null", found: "a special file", expected: "a regular file")
    #expect(throws: device) { try IDXArray(contentsOf: "/dev/null") }
  }

  @Test("the words of an error")
  func describes() {
    let error = DatasetError(
      .truncatedData, file: "t10k.idx", offset: 16, found: "3 bytes", expected: "784 bytes")
    #expect(
      error.description
        == "t10k.idx: truncated data at byte 16: found 3 bytes, expected 784 bytes")
  }
}
