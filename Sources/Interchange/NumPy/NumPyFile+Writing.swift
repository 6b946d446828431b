import Arrays
import Tensors

extension NumPyFile {
  /// Writes a tensor as a `.npy` file, version 1.0, row-major and little-endian: the same bytes that
  /// NumPy writes. bfloat16, which NumPy does not know, is written as `<V2`, as ml_dtypes does it.
  ///
  /// The file is written aside, brought to the disk and renamed: whole or not at all.
  ///
  /// - Throws: `InterchangeError` when the file cannot be written.
  public static func write(_ tensor: Tensor, to path: String) throws(InterchangeError) {
    tensor.requireNumbers(in: "NumPyFile.write")
    let array = tensor.array.compacted()
    let file = try NewFile(path)
    try header(of: array).withUnsafeBufferPointer { (bytes) throws(InterchangeError) in
      try file.write(UnsafeRawBufferPointer(bytes))
    }
    try file.write(elements(of: array))
    withExtendedLifetime(array) {}
    try file.finish()
  }

  /// The bytes of the file that `write(_:to:)` writes.
  public static func fileBytes(of tensor: Tensor) -> [UInt8] {
    tensor.requireNumbers(in: "NumPyFile.fileBytes")
    let array = tensor.array.compacted()
    return withExtendedLifetime(array) { header(of: array) + elements(of: array) }
  }

  /// The elements' memory, which the caller keeps alive.
  static func elements(of array: NDArray) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: array.rawPointer, count: array.count * array.dataType.byteCount)
  }

  /// What stands in front of the elements, padded so that these begin at a multiple of 64 bytes.
  static func header(of array: NDArray) -> [UInt8] {
    let lengths = array.shape.map(String.init).joined(separator: ", ")
    let tuple = array.rank == 1 ? "(\(lengths),)" : "(\(lengths))"
    var text =
      Array(
        "{'descr': '\(NumPyType.description(of: array.dataType))', 'fortran_order': False, "
          .utf8) + Array("'shape': \(tuple), }".utf8)
    // NumPy leaves room for the first length to grow to 21 digits.
    if let first = array.shape.first {
      text += [UInt8](repeating: 0x20, count: 21 - min(21, "\(first)".utf8.count))
    }
    let front = 10
    text += [UInt8](repeating: 0x20, count: 63 - (front + text.count) % 64) + [0x0A]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
      + text
  }
}
