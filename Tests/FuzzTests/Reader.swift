import Datasets
import Downloads
import Foundation
import Interchange
import Testing

/// A reader of files, and sound files to damage.
struct Reader: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let seeds: [[UInt8]]
  /// Reads the bytes; throws only the reader's own error.
  let read: @Sendable ([UInt8]) throws -> Void

  private static let tests = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(_ folder: String, _ suffix: String) -> [[UInt8]] {
    let url = tests.appending(path: folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().compactMap {
      (try? Data(contentsOf: url.appending(path: $0))).map { [UInt8]($0) }
    }
  }

  /// The most bytes that a packed file may unpack to here.
  private static let limit = 1 << 24

  static let all = [
    Reader(testDescription: "PNG", seeds: files("DatasetsTests/Golden/Images", ".png")) {
      _ = try Image(fileBytes: $0, name: "x", .init(mostPixels: 1 << 22))
    },
    Reader(
      testDescription: "PNG with right checksums",
      seeds: files("DatasetsTests/Golden/Images", ".png")
    ) {
      _ = try Image(fileBytes: withRightChecksums($0), name: "x", .init(mostPixels: 1 << 22))
    },
    Reader(testDescription: "JPEG", seeds: files("DatasetsTests/Golden/Images", ".jpg")) {
      for decoding in [
        Image.Decoding(mostPixels: 1 << 22),
        .init(channels: .grey, leastSide: 8, mostPixels: 1 << 22),
      ] {
        _ = try Image(fileBytes: $0, name: "x", decoding)
      }
    },
    Reader(testDescription: "WAV", seeds: [wav(bits: 16), wav(bits: 24), wav(bits: 8)]) {
      _ = try Waveform(fileBytes: $0, name: "x").mono
    },
    Reader(testDescription: "CSV", seeds: [Array(csv.utf8)]) {
      _ = try Table(fileBytes: $0, name: "x.csv", .init(), limit: limit)
      var reader = try TableReader(fileBytes: $0, name: "x.csv")
      while try reader.next(rows: 3) != nil {}
    },
    Reader(testDescription: "IDX", seeds: [[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]])
    {
      _ = try IDXArray(fileBytes: $0, name: "x", limit: limit).tensor
    },
    Reader(testDescription: "packed IDX", seeds: files("../Sources/Datasets/Resources", ".gz")) {
      _ = try IDXArray(fileBytes: $0, name: "x", limit: limit)
    },
    Reader(testDescription: "CIFAR", seeds: [[UInt8](repeating: 3, count: 3073 * 2)]) {
      _ = try CIFAR.images(fileBytes: $0, name: "x", .ten)
    },
    Reader(testDescription: "NumPy", seeds: files("InterchangeTests/Golden/NumPy", ".npy")) {
      let file = try NumPyFile(fileBytes: $0, name: "x")
      _ = try file.tensor()
    },
    Reader(
      testDescription: "archives of NumPy", seeds: files("InterchangeTests/Golden/NumPy", ".npz")
    ) {
      let archive = try NumPyArchive(fileBytes: $0, name: "x")
      for name in archive.names.prefix(3) { _ = try archive.file(name).tensor() }
    },
    Reader(testDescription: "tar", seeds: [tar()]) { bytes in
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Archive.unpack(
        bytes, name: "x", to: folder, limits: .init(byteCount: limit, memberCount: 99))
    },
  ]

  /// A PNG file whose chunks have the checksums of their contents, so that damage gets past these.
  private static func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      if end + 4 > bytes.count { break }
      var checksum = UInt32.max
      for byte in bytes[place + 4..<end] {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      let right = withUnsafeBytes(of: (~checksum).bigEndian) { Array($0) }
      bytes.replaceSubrange(end..<end + 4, with: right)
      place = end + 4
    }
    return bytes
  }

  private static let csv = """
    number,word,"quoted, word"
    1,a,"x ""y"" z"
    -2.5e3,bc,"two
    lines"
    NA,,é

    """

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func wav(bits: Int) -> [UInt8] {
    let data = (0..<240).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let block = 2 * bits / 8
    let format =
      number(1, 2) + number(2, 2) + number(8000, 4) + number(8000 * block, 4) + number(block, 2)
      + number(bits, 2)
    let chunks =
      Array("WAVEfmt ".utf8) + number(16, 4) + format + Array("data".utf8) + number(240, 4) + data
    return Array("RIFF".utf8) + number(chunks.count, 4) + chunks
  }

  /// An archive of a folder and two files, as GNU tar would write it.
  private static func tar() -> [UInt8] {
    func member(_ name: String, _ count: Int, _ type: Character) -> [UInt8] {
      var header = Array(name.utf8) + [UInt8](repeating: 0, count: 512 - name.utf8.count)
      header.replaceSubrange(124..<135, with: Array(String(count + 0o10000000000, radix: 8).utf8))
      header[124] = UInt8(ascii: "0")
      header[156] = type.asciiValue ?? 0
      header.replaceSubrange(257..<265, with: Array("ustar\u{0}00".utf8))
      header.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
      let sum = header.reduce(0) { $0 + Int($1) }
      header.replaceSubrange(148..<155, with: Array(String(sum + 0o1000000, radix: 8).utf8))
      header[148] = UInt8(ascii: "0")
      header[155] = 0
      return header + [UInt8](repeating: 65, count: (count + 511) / 512 * 512)
    }
    return member("a/", 0, "5") + member("a/b", 600, "0") + member("c", 5, "0")
      + [UInt8](repeating: 0, count: 1024)
  }
}
