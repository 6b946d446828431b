import CZlib
import Glibc
import Interchange
import Tensors

/// A file of tensors and texts with a checksum over all of it, which is written whole or not at all.
///
/// It is a safetensors file, which any reader of the format opens. Its metadata have, first of all,
/// `checksum`: the CRC-32 (of zlib, and of IEEE 802.3) of the file's bytes with zeros in the place of
/// the eight digits.
enum CheckpointFile {
  /// What the metadata say of how the rest is to be read.
  static let format = "1"
  private static let key = "checksum"
  private static let zeros = "00000000"
  /// What stands before the digits; the keys of the metadata are in order, and they come first.
  private static let prefix = Array("{\"__metadata__\":{\"\(key)\":\"".utf8)
  /// Where the digits stand: behind the header's length and the prefix.
  private static let place = 8 + prefix.count..<8 + prefix.count + zeros.utf8.count

  /// Writes a file aside and brings it to the disk; it gets its name with `finish()`.
  static func begin(
    _ tensors: [String: Tensor], _ metadata: [String: String], at path: String
  ) throws(TrainingError) -> NewFile {
    do throws(InterchangeError) {
      var metadata = metadata
      metadata[key] = zeros
      var pieces = try SafeTensors.pieces(of: tensors, metadata: metadata, file: path)
      let sum = checksum(pieces.header.withUnsafeBytes { checksum(0, $0) }, pieces)
      pieces.header.replaceSubrange(place, with: digits(sum))
      let file = try NewFile(path)
      try file.write(pieces)
      try file.synchronize()
      return file
    } catch {
      throw TrainingError(.unwritable, path, found: error.found, expected: error.expected)
    }
  }

  /// Opens a file and compares its checksum.
  static func open(_ path: String) throws(TrainingError) -> SafeTensors {
    try verify(path)
    do throws(InterchangeError) {
      return try SafeTensors(contentsOf: path)
    } catch {
      throw TrainingError(.damagedCheckpoint, path, found: "\(error)", expected: "safetensors")
    }
  }

  private static func verify(_ path: String) throws(TrainingError) {
    guard let file = fopen(path, "rbe") else {
      throw .system(.unreadable, path, errno, expected: "a checkpoint")
    }
    defer { fclose(file) }
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var sum: UInt = 0
    var claimed: [UInt8]?
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      if claimed == nil {
        guard count >= place.upperBound, Array(chunk[8..<place.lowerBound]) == prefix else {
          throw damage(path, "no checksum at its place")
        }
        claimed = Array(chunk[place])
        chunk.replaceSubrange(place, with: zeros.utf8)
      }
      sum = chunk.withUnsafeBytes { checksum(sum, .init(rebasing: $0[..<count])) }
    }
    if ferror(file) != 0 { throw .system(.unreadable, path, errno, expected: "a checkpoint") }
    guard let claimed else { throw damage(path, "an empty file") }
    guard claimed == digits(sum) else {
      throw damage(path, "the checksum \(String(decoding: digits(sum), as: UTF8.self))")
    }
  }

  private static func damage(_ path: String, _ found: String) -> TrainingError {
    TrainingError(
      .damagedCheckpoint, path, found: found, expected: "the file with the checksum it was given")
  }

  private static func checksum(_ start: UInt, _ pieces: SafeTensors.Pieces) -> UInt {
    var sum = start
    pieces.forEachArray { sum = checksum(sum, $0) }
    return sum
  }

  private static func checksum(_ start: UInt, _ bytes: UnsafeRawBufferPointer) -> UInt {
    UInt(crc32_z(uLong(start), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  private static func digits(_ sum: UInt) -> [UInt8] {
    let digits = String(sum, radix: 16)
    return Array((zeros.dropFirst(digits.utf8.count) + digits).utf8)
  }
}
