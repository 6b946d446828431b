/// Which pixels along an axis make each pixel of a resized one, and with which weights.
///
/// Going down, the filter is stretched by the ratio of the sizes, so that every pixel counts
/// (antialiasing); going up, it is interpolation. Weights add up to 1 and are whole multiples of
/// 2⁻²², as in Pillow, whose pixels these are.
struct ResamplingTaps: Sendable {
  /// Bits behind the point: with 8 bits of a pixel and a sign, sums of weights up to 2 fit 32 bits.
  static let precision = 22

  /// The first pixel of each result.
  private(set) var starts: [Int] = []
  /// How many pixels each result has.
  private(set) var counts: [Int] = []
  /// `width` weights for each result.
  private(set) var weights: [Int32] = []
  let width: Int

  /// The taps from `input` pixels to `output` pixels.
  init(from input: Int, to output: Int, _ interpolation: Interpolation) {
    let scale = Double(input) / Double(output)
    let stretch = max(1, scale)
    let support = interpolation.support * stretch
    width = Int(support.rounded(.up)) * 2 + 1
    starts.reserveCapacity(output)
    counts.reserveCapacity(output)
    weights.reserveCapacity(output * width)
    var exact = [Double](repeating: 0, count: width)
    for place in 0..<output {
      let center = (Double(place) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let count = min(input, Int(center + support + 0.5)) - start
      var total = 0.0
      for tap in 0..<count {
        exact[tap] = interpolation.weight((Double(tap + start) - center + 0.5) / stretch)
        total += exact[tap]
      }
      for tap in 0..<width {
        let weight = tap < count ? exact[tap] / total * Double(1 << ResamplingTaps.precision) : 0
        weights.append(Int32(weight < 0 ? weight - 0.5 : weight + 0.5))
      }
      starts.append(start)
      counts.append(count)
    }
  }
}

extension ResamplingTaps {
  /// A sum of pixels times weights as a pixel, rounded to the nearest.
  @inline(__always)
  static func pixel(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(precision))))
  }

  /// What a sum starts from, so that cutting its bits off rounds it.
  static let half: Int32 = 1 << (precision - 1)
}
