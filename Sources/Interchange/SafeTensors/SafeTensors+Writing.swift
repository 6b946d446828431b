import Arrays
import Tensors

extension SafeTensors {
  /// Writes tensors under their names, and a few texts, to a file.
  ///
  /// Tensors stand in the order of the format's own writer: those of larger elements first, so that
  /// all are aligned, then by name; the header is padded to a multiple of 8 bytes. The same tensors
  /// give the same bytes. The file is written aside in the same folder, brought to the disk and
  /// renamed: where that fails, a file that was there before is untouched and nothing new remains. A
  /// symbolic link at `path` is replaced, not followed.
  ///
  /// - Throws: `InterchangeError` when a tensor is named `__metadata__`, the names are too long for a
  ///   header, or the file cannot be written.
  public static func write(
    _ tensors: [String: Tensor], to path: String, metadata: [String: String] = [:]
  ) throws(InterchangeError) {
    let pieces = try pieces(of: tensors, metadata: metadata, file: path)
    let file = try NewFile(path)
    try file.write(pieces)
    try file.finish()
  }

  /// What a file consists of: its header, and the arrays whose bytes follow.
  package struct Pieces {
    package var header: [UInt8]
    fileprivate let arrays: [NDArray]

    /// Calls `body` for the bytes of each array, in the order of the file.
    package func forEachArray<Failure: Error>(
      _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
      for array in arrays {
        let array = array.compacted()
        let bytes = UnsafeRawBufferPointer(
          start: array.rawPointer, count: array.count * array.dataType.byteCount)
        try body(bytes)
        withExtendedLifetime(array) {}
      }
    }
  }

  /// The pieces of the file that `write(_:to:metadata:)` writes; `file` names it in errors.
  package static func pieces(
    of tensors: [String: Tensor], metadata: [String: String], file: String
  ) throws(InterchangeError) -> Pieces {
    let arranged = arrangement(of: tensors)
    return Pieces(
      header: try header(arranged, metadata, file: file), arrays: arranged.map(\.array))
  }

  /// The bytes of the file that `write(_:to:metadata:)` writes.
  ///
  /// - Throws: `InterchangeError` when a tensor is named `__metadata__`, or the names are too long
  ///   for a header.
  public static func fileBytes(
    of tensors: [String: Tensor], metadata: [String: String] = [:]
  ) throws(InterchangeError) -> [UInt8] {
    let pieces = try pieces(of: tensors, metadata: metadata, file: "safetensors")
    var bytes = pieces.header
    pieces.forEachArray { bytes += $0 }
    return bytes
  }

  private typealias Arrangement = [(name: String, array: NDArray)]

  private static func arrangement(of tensors: [String: Tensor]) -> Arrangement {
    for (_, tensor) in tensors { tensor.requireNumbers(in: "SafeTensors.write") }
    return tensors.map { ($0.key, $0.value.array) }.sorted { first, second in
      let (a, b) = (rank(first.array.dataType), rank(second.array.dataType))
      // By UTF-8, as the format's own writer compares them.
      return a == b ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8) : a < b
    }
  }

  /// The place of a type in the order of the format's own writer.
  private static func rank(_ dataType: DataType) -> Int {
    switch dataType {
    case .int64: 0
    case .float64: 1
    case .float32: 2
    case .int32: 3
    case .bfloat16: 4
    case .float16: 5
    case .int16: 6
    case .int8: 7
    case .uint8: 8
    case .bool: 9
    }
  }

  /// The header with its length.
  private static func header(
    _ arranged: Arrangement, _ metadata: [String: String], file: String
  ) throws(InterchangeError) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(json($0.key)):\(json($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var begin = 0
    for (name, array) in arranged {
      if name == "__metadata__" {
        throw InterchangeError(
          .reservedName, file: file, tensor: name, found: "a tensor of this name",
          expected: "another name, since the format keeps its texts under this one")
      }
      let end = begin + array.count * array.dataType.byteCount
      let lengths = array.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(json(name)):{\"dtype\":\"\(ElementType(array.dataType).rawValue)\","
          + "\"shape\":[\(lengths)],\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    guard text.count <= Header.largestByteCount else {
      throw InterchangeError(
        .oversizedHeader, file: file, found: "\(text.count) bytes of names, shapes and metadata",
        expected: "at most \(Header.largestByteCount)")
    }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }

  /// A text in quotation marks, escaped as little as RFC 8259 allows.
  private static func json(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{8}": quoted += "\\b"
      case "\u{C}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
