import Arrays
import CZlib
import Tensors

extension NumPyArchive {
  /// Writes tensors under their names as a `.npz` file, sorted by name and not packed, as
  /// `numpy.savez` does it. The file is written whole or not at all.
  ///
  /// - Throws: `InterchangeError` when a tensor or the archive would have 4 GiB or more, a name is longer
  ///   than 65,000 bytes, there are more than 65,000 tensors, or the file cannot be written.
  public static func write(
    _ tensors: [String: Tensor], to path: String
  ) throws(InterchangeError) {
    for (_, tensor) in tensors { tensor.requireNumbers(in: "NumPyArchive.write") }
    let sorted = tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let most = Int(UInt32.max)
    let sizes = sorted.map { $1.shape.elementCount * $1.dataType.byteCount + 65_535 * 3 }
    guard sizes.reduce(0, +) < most, sorted.count <= 65_000,
      sorted.allSatisfy({ $0.key.utf8.count <= 65_000 })
    else {
      throw InterchangeError(
        .tooLarge, file: path, found: "\(sorted.count) tensors of \(sizes.reduce(0, +)) bytes",
        expected: "less than 4 GiB, at most 65,000 tensors, names of at most 65,000 bytes")
    }
    let file = try NewFile(path)
    var (directory, offset): ([UInt8], Int) = ([], 0)
    for (name, tensor) in sorted {
      offset += try append(
        name + ".npy", tensor.array.compacted(), to: file, at: offset, &directory)
    }
    let end =
      number(0x0605_4B50, 4) + number(0, 4) + number(sorted.count, 2) + number(sorted.count, 2)
      + number(directory.count, 4) + number(offset, 4) + number(0, 2)
    try write(directory + end, to: file)
    try file.finish()
  }

  /// Writes a member, and notes it in the directory; its length.
  private static func append(
    _ name: String, _ array: NDArray, to file: borrowing NewFile, at offset: Int,
    _ directory: inout [UInt8]
  ) throws(InterchangeError) -> Int {
    let front = NumPyFile.header(of: array)
    let elements = NumPyFile.elements(of: array)
    var checksum = front.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    checksum = crc32_z(
      checksum, elements.bindMemory(to: UInt8.self).baseAddress, elements.count)
    let size = front.count + elements.count
    // Version 2.0; names in UTF-8; stored; midnight of 1 January 1980.
    let shared =
      number(20, 2) + number(0x0800, 2) + number(0, 2) + number(0, 2) + number(0x21, 2)
      + number(Int(checksum), 4) + number(size, 4) + number(size, 4)
      + number(name.utf8.count, 2) + number(0, 2)
    let header = number(0x0403_4B50, 4) + shared + Array(name.utf8)
    try write(header + front, to: file)
    try file.write(elements)
    withExtendedLifetime(array) {}
    directory += number(0x0201_4B50, 4) + number(20, 2) + shared
    directory += number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(offset, 4)
    directory += Array(name.utf8)
    return header.count + size
  }

  private static func write(
    _ bytes: [UInt8], to file: borrowing NewFile
  ) throws(InterchangeError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(InterchangeError) in
      try file.write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// A number in `count` bytes, little-endian.
  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
