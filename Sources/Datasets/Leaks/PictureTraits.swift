import Arrays
import Glibc

/// What tells whether two pictures are the same, or nearly.
struct PictureTraits: Sendable {
  /// Of size, channels and all pixels: two different pictures share one only by a chance of 2⁻¹²⁸.
  let exact: SIMD2<UInt64>
  /// The 63 lowest frequencies of the picture after its mean, first along, then down.
  let frequencies: [Float]
  /// The picture at 16×16 grey pixels, its mean subtracted, divided by its length; empty where all
  /// is one grey.
  let thumbnail: [Float]

  static let side = 32
  static let thumbnailSide = 16

  init(_ image: Image) {
    exact = PictureTraits.hash(image)
    let side = PictureTraits.side
    guard image.height > 0, image.width > 0 else {
      (frequencies, thumbnail) = ([], [])
      return
    }
    let grey = image.grey.resized(to: PixelSize(height: side, width: side))
    frequencies = PictureTraits.frequencies(grey.pixels.map { Float($0) })
    thumbnail = PictureTraits.normalized(
      grey.resized(
        to: PixelSize(
          height: PictureTraits.thumbnailSide, width: PictureTraits.thumbnailSide)
      ).pixels.map { Float($0) })
  }

  /// Two lanes that mix eight bytes at a time with different odd constants and a last avalanche.
  private static func hash(_ image: Image) -> SIMD2<UInt64> {
    var (first, second): (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
    func mix(_ word: UInt64) {
      let a = (first ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      first = a.high ^ a.low
      let b = (second &+ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      second = (b.high ^ b.low).byteSwapped &+ word
    }
    mix(UInt64(image.height) << 32 | UInt64(image.width))
    mix(UInt64(image.channels))
    image.pixels.withUnsafeBytes { bytes in
      var place = 0
      while place + 8 <= bytes.count {
        mix(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian)
        place += 8
      }
      var rest: UInt64 = 0
      for byte in bytes[place...] { rest = rest << 8 | UInt64(byte) }
      mix(rest)
    }
    mix(first ^ second)
    return SIMD2(first, second)
  }

  /// cos(π/32 · (n + ½) · k), [8, 32].
  private static let cosines: [Float] = (0..<8).flatMap { k in
    (0..<side).map { n in
      Float(cos(Double.pi / Double(side) * (Double(n) + 0.5) * Double(k)))
    }
  }

  /// The discrete cosine transform (type II) of 32×32 pixels: the 8×8 lowest frequencies but the
  /// mean.
  private static func frequencies(_ pixels: [Float]) -> [Float] {
    var rows = [Float](repeating: 0, count: 8 * side)
    for row in 0..<side {
      for k in 0..<8 {
        var sum: Float = 0
        for n in 0..<side { sum += pixels[row * side + n] * cosines[k * side + n] }
        rows[k * side + row] = sum
      }
    }
    return (1..<64).map { number in
      let (down, along) = (number / 8, number % 8)
      var sum: Float = 0
      for n in 0..<side { sum += rows[along * side + n] * cosines[down * side + n] }
      return sum
    }
  }

  private static func normalized(_ pixels: [Float]) -> [Float] {
    let mean = pixels.reduce(0, +) / Float(pixels.count)
    let length = pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    // Less contrast than one step of grey on average says nothing.
    return length < Float(thumbnailSide) ? [] : pixels.map { ($0 - mean) / length }
  }

  /// How alike two pictures are: the correlation of their thumbnails, 1 for all but brightness and
  /// contrast.
  func correlation(with other: PictureTraits) -> Float {
    zip(thumbnail, other.thumbnail).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
