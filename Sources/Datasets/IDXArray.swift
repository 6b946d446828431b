import Arrays
import Tensors

/// An array of numbers as an IDX file holds it, the format of the MNIST database
/// (<http://yann.lecun.com/exdb/mnist/>).
///
/// A file is two zero bytes, a byte for the element type, a byte for the number of dimensions, the
/// dimensions as 32-bit integers, and the elements in row-major order; all numbers are big-endian.
/// A file that is compressed with gzip is unpacked on the way. A size that the file cannot hold is
/// rejected before memory is taken for it.
public struct IDXArray: Sendable, Hashable {
  /// The element types of the format; the raw value is the byte that names it.
  public enum ElementType: UInt8, Sendable, Hashable, CaseIterable {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    /// The type of a tensor of such elements.
    public var dataType: DataType {
      switch self {
      case .uint8: .uint8
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .float32: .float32
      case .float64: .float64
      }
    }
  }

  /// The type of the elements.
  public let elementType: ElementType
  /// The length along each dimension.
  public let shape: Shape
  /// The elements, big-endian, in row-major order.
  public let bytes: [UInt8]
  /// How many bytes the header takes: the offset of the first element in the (unpacked) file.
  public var headerByteCount: Int { 4 + 4 * shape.rank }

  /// Reads a file.
  ///
  /// - Throws: `DatasetError` when it is missing, unreadable or not exactly one IDX array.
  public init(contentsOf path: String) throws(DatasetError) {
    try self.init(fileBytes: readFile(path), name: path)
  }

  /// Reads the bytes of a file, compressed or not; `name` stands for the file in errors.
  ///
  /// - Throws: `DatasetError` when they are not exactly one IDX array.
  public init(fileBytes: [UInt8], name: String) throws(DatasetError) {
    try self.init(fileBytes: fileBytes, name: name, limit: largestByteCount)
  }

  /// Reads the bytes of a file whose elements may take `limit` bytes.
  package init(fileBytes: [UInt8], name: String, limit: Int) throws(DatasetError) {
    var source = ByteSource(fileBytes, file: name)
    (elementType, shape) = try IDXArray.readHeader(from: &source)
    bytes = try IDXArray.readElements(elementType, shape, from: &source, limit: limit)
  }
}

extension IDXArray {
  private static func readHeader(
    from source: inout ByteSource
  ) throws(DatasetError) -> (ElementType, Shape) {
    let magic = try source.read(4)
    guard magic.count == 4 else {
      throw DatasetError(
        .truncatedHeader, file: source.file, offset: source.offset,
        found: count(magic.count, "byte"), expected: "4 bytes of magic number")
    }
    guard magic[0] == 0, magic[1] == 0 else {
      throw DatasetError(
        .wrongMagic, file: source.file, offset: 0,
        found: "\(hexadecimal(magic[0])) \(hexadecimal(magic[1]))", expected: "0x00 0x00")
    }
    guard let elementType = ElementType(rawValue: magic[2]) else {
      let known = ElementType.allCases.map { hexadecimal($0.rawValue) }
      throw DatasetError(
        .unknownElementType, file: source.file, offset: 2, found: hexadecimal(magic[2]),
        expected: "one of " + known.joined(separator: ", "))
    }
    let rank = Int(magic[3])
    let dimensions = try source.read(4 * rank)
    guard dimensions.count == 4 * rank else {
      throw DatasetError(
        .truncatedHeader, file: source.file, offset: source.offset,
        found: count(dimensions.count, "byte"),
        expected: "\(count(4 * rank, "byte")) of \(count(rank, "dimension"))")
    }
    let lengths = (0..<rank).map { axis in
      dimensions[(4 * axis)..<(4 * axis + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    return (elementType, Shape(lengths))
  }

  private static func readElements(
    _ elementType: ElementType, _ shape: Shape, from source: inout ByteSource, limit: Int
  ) throws(DatasetError) -> [UInt8] {
    let start = source.offset
    let declared = byteCount(of: shape, elementType)
    let most = source.mostRemaining
    guard let declared, declared <= most else {
      throw DatasetError(
        .truncatedData, file: source.file, offset: start,
        found: "\(source.isPlain ? "" : "at most ")\(count(most, "byte"))",
        expected: expectation(declared, shape, elementType))
    }
    guard declared <= limit else {
      throw DatasetError(
        .tooLarge, file: source.file, offset: 4,
        found: expectation(declared, shape, elementType),
        expected: "at most \(count(limit, "byte"))")
    }
    let bytes = try source.read(declared)
    guard bytes.count == declared else {
      throw DatasetError(
        .truncatedData, file: source.file, offset: start, found: count(bytes.count, "byte"),
        expected: expectation(declared, shape, elementType))
    }
    let rest = source.isPlain ? source.mostRemaining : try source.read(1).count
    guard rest == 0 else {
      throw DatasetError(
        .trailingBytes, file: source.file, offset: start + declared,
        found: source.isPlain ? count(rest, "byte") : "more", expected: "the end of the file")
    }
    return bytes
  }

  /// The size of the elements, or nil when it, or the product of the lengths that are not 0, is
  /// beyond `Int`: strides are such products, also of an array without elements.
  private static func byteCount(of shape: Shape, _ elementType: ElementType) -> Int? {
    var total = elementType.dataType.byteCount
    for length in shape where length != 0 {
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      total = product
    }
    return shape.contains(0) ? 0 : total
  }

  private static func expectation(
    _ byteCount: Int?, _ shape: Shape, _ elementType: ElementType
  ) -> String {
    let size = byteCount.map { count($0, "byte") } ?? "more bytes than can be counted"
    return "\(size) of \(elementType.dataType) \(shape)"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

extension IDXArray {
  /// The elements as a tensor of the same shape and element type.
  public var tensor: Tensor {
    switch elementType {
    case .uint8: Tensor(bytes, shape: shape)
    case .int8: Tensor(bytes.map { Int8(bitPattern: $0) }, shape: shape)
    case .int16: Tensor(integers().map { Int16(bitPattern: $0) }, shape: shape)
    case .int32: Tensor(integers().map { Int32(bitPattern: $0) }, shape: shape)
    case .float32: Tensor(integers().map { Float(bitPattern: $0) }, shape: shape)
    case .float64: Tensor(integers().map { Double(bitPattern: $0) }, shape: shape)
    }
  }

  /// The elements' bit patterns, in the processor's byte order.
  private func integers<Pattern: FixedWidthInteger & UnsignedInteger>() -> [Pattern] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Pattern>.size).map {
        Pattern(bigEndian: raw.loadUnaligned(fromByteOffset: $0, as: Pattern.self))
      }
    }
  }

  /// Checks the element type and the number of dimensions that a use of the array needs.
  package func require(
    _ elementType: ElementType, rank: Int, file: String
  ) throws(DatasetError) {
    guard self.elementType == elementType else {
      throw DatasetError(
        .wrongElementType, file: file, offset: 2, found: "\(self.elementType.dataType)",
        expected: "\(elementType.dataType)")
    }
    guard shape.rank == rank else {
      throw DatasetError(
        .wrongDimensionCount, file: file, offset: 3, found: "\(shape.rank)", expected: "\(rank)")
    }
  }

  /// Checks the element type and all lengths that a use of the array needs; a nil length is free.
  package func require(
    _ elementType: ElementType, shape lengths: [Int?], file: String
  ) throws(DatasetError) {
    try require(elementType, rank: lengths.count, file: file)
    guard zip(shape, lengths).allSatisfy({ $1 == nil || $0 == $1 }) else {
      let expected = lengths.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw DatasetError(
        .wrongShape, file: file, offset: 4, found: "\(shape)", expected: "[\(expected)]")
    }
  }
}
