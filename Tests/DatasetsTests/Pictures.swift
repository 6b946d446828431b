import Datasets
import Foundation

/// The bytes of a golden file.
func golden(_ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Golden/\(name)")))
}

/// A PGM or PPM file of 8 bits: P5 or P6, width, height and 255, each on a line or behind a space.
func picture(_ bytes: [UInt8]) throws -> Image {
  let parts = bytes.split(maxSplits: 4, omittingEmptySubsequences: false) { $0 == 10 || $0 == 32 }
  let words = parts.prefix(3).map { String(decoding: $0, as: UTF8.self) }
  return Image(
    height: Int(words[2])!, width: Int(words[1])!, channels: words[0] == "P5" ? 1 : 3,
    pixels: Array(parts[4]))
}

/// A picture whose pixels all differ from their neighbours.
func checkered(_ height: Int, _ width: Int, channels: Int = 3) -> Image {
  Image(
    height: height, width: width, channels: channels,
    pixels: (0..<height * width * channels).map { UInt8(truncatingIfNeeded: $0 &* 37) })
}

/// Puts a big-endian number of 32 bits into bytes.
func replacing(_ bytes: [UInt8], at place: Int, with number: UInt32) -> [UInt8] {
  var bytes = bytes
  bytes.replaceSubrange(place..<place + 4, with: bigEndian(number))
  return bytes
}
