import Arrays
import Tensors

/// An array as NumPy saves it, a `.npy` file (NumPy Enhancement Proposal 1; versions 1.0 to 3.0).
///
/// ```swift
/// let file = try NumPyFile(contentsOf: "features.npy")
/// print(file.shape, file.dataType)
/// let all = try file.tensor()
/// let some = try file.rows(1000..<2000)
/// ```
/// Opening reads and checks the header alone; elements are read when they are asked for, so that the
/// file may be larger than memory. It stays open as long as a copy of the value is kept. Arrays of
/// Python objects are pickles, programs that reading would run, and are refused.
public struct NumPyFile: Sendable {
  /// The length along each axis.
  public let shape: Shape
  /// The type of the elements.
  public let dataType: DataType
  private let header: NumPyHeader
  private let contents: ByteContents

  /// Opens a file.
  ///
  /// - Throws: `InterchangeError` when it is missing, unreadable, not exactly one array, or of elements
  ///   that tensors do not have.
  public init(contentsOf path: String) throws(InterchangeError) {
    try self.init(ByteContents(opening: path))
  }

  /// Takes the bytes of a file; `name` stands for the file in errors.
  public init(fileBytes: [UInt8], name: String) throws(InterchangeError) {
    try self.init(ByteContents(fileBytes, file: name))
  }

  init(_ contents: ByteContents) throws(InterchangeError) {
    header = try NumPyHeader(contents)
    self.contents = contents
    shape = header.shape
    dataType = header.type.dataType
  }

  /// The file's path, or the name of bytes that come from elsewhere.
  public var file: String { contents.file }

  /// Reads all elements.
  ///
  /// - Throws: `InterchangeError` when they would not fit into memory, one is no element of its type, or
  ///   the file cannot be read.
  public func tensor() throws(InterchangeError) -> Tensor {
    try requireMemory(for: shape.elementCount)
    let memoryShape = header.isColumnMajor ? Shape(shape.reversed()) : shape
    let array = NDArray(allocated: Layout(contiguous: memoryShape), dataType)
    let memory = UnsafeMutableRawBufferPointer(
      start: array.rawPointer, count: array.count * dataType.byteCount)
    try read(at: 0, into: memory)
    return finished(array, shape)
  }

  /// Reads the elements whose first index lies in a range: [range.count, …]. From an array in Fortran's
  /// order these are gathered column by column, which takes a call of the system for each.
  ///
  /// Stops when the array has no axis, or the range reaches beyond its first.
  ///
  /// - Throws: `InterchangeError`, as `tensor()`.
  public func rows(_ range: Range<Int>) throws(InterchangeError) -> Tensor {
    guard let length = shape.first, range.lowerBound >= 0, range.upperBound <= length else {
      stop("NumPyFile.rows: \(range) is not inside the first axis of \(shape)")
    }
    var part = shape
    part[0] = range.count
    try requireMemory(for: part.elementCount)
    let columnCount = Shape(Array(shape.dropFirst())).elementCount
    let memoryShape = header.isColumnMajor ? Shape(part.reversed()) : part
    let array = NDArray(allocated: Layout(contiguous: memoryShape), dataType)
    let base = array.rawPointer
    let size = dataType.byteCount
    if header.isColumnMajor {
      let byteCount = range.count * size
      for column in 0..<columnCount {
        try read(
          at: (column * length + range.lowerBound) * size,
          into: .init(start: base + column * byteCount, count: byteCount))
      }
    } else {
      try read(
        at: range.lowerBound * columnCount * size,
        into: .init(start: base, count: range.count * columnCount * size))
    }
    return finished(array, part)
  }

  /// The array as a tensor of its true shape: a view, where the first index runs fastest.
  private func finished(_ array: NDArray, _ shape: Shape) -> Tensor {
    guard header.isColumnMajor else { return Tensor(array) }
    let strides = Array(array.strides.reversed())
    return Tensor(array.view(Layout(shape: shape, strides: strides)))
  }

  private func requireMemory(for count: Int) throws(InterchangeError) {
    let byteCount = count * dataType.byteCount
    // Asking takes about a millisecond: small arrays are not worth it.
    if byteCount < 1 << 24 { return }
    if let refusal = MemoryLimit.refusal(of: byteCount, for: "the array") {
      throw InterchangeError(
        .tooLarge, file: file, found: refusal, expected: "an array that fits into memory")
    }
  }

  /// Reads elements from an offset behind the header, in the processor's order of bytes.
  private func read(
    at offset: Int, into memory: UnsafeMutableRawBufferPointer
  ) throws(InterchangeError) {
    let place = header.start + offset
    try contents.read(at: place, into: memory, tensor: nil)
    if header.type.isBigEndian { ByteOrder.reverse(memory, size: dataType.byteCount) }
    if dataType == .bool, let wrong = memory.firstIndex(where: { $0 > 1 }) {
      throw InterchangeError(
        .invalidElement, file: file, offset: place + wrong, found: "\(memory[wrong])",
        expected: "0 or 1")
    }
  }
}

/// The order of bytes.
enum ByteOrder {
  /// Reverses the bytes of each element of `size` bytes.
  static func reverse(_ memory: UnsafeMutableRawBufferPointer, size: Int) {
    switch size {
    case 2: reverse(memory, UInt16.self)
    case 4: reverse(memory, UInt32.self)
    case 8: reverse(memory, UInt64.self)
    default: return
    }
  }

  private static func reverse<Pattern: FixedWidthInteger & BitwiseCopyable>(
    _ memory: UnsafeMutableRawBufferPointer, _: Pattern.Type
  ) {
    for element in memory.assumingMemoryBound(to: Pattern.self).indices {
      let place = element * MemoryLayout<Pattern>.size
      let pattern = memory.loadUnaligned(fromByteOffset: place, as: Pattern.self)
      memory.storeBytes(of: pattern.byteSwapped, toByteOffset: place, as: Pattern.self)
    }
  }
}
