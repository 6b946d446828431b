/// Damages bytes in the ways in which files are damaged: flipped bits, changed, lost and repeated
/// parts, sizes at their edges. The same seed gives the same damage.
struct Mutator {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// Up to eight kinds of damage to a file; `other` lends parts.
  mutating func damaged(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      if bytes.isEmpty { return bytes }
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let length = min(bytes.count - place, 1 << Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 2: bytes.removeSubrange(place..<place + length)
      case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 4: bytes.removeSubrange(place...)
      case 5: writeEdge(&bytes, at: place)
      case 6: bytes.insert(contentsOf: other.prefix(length), at: place)
      default:
        let target = Int.random(in: 0...bytes.count - length, using: &random)
        bytes.replaceSubrange(target..<target + length, with: Array(bytes[place..<place + length]))
      }
    }
    return bytes
  }

  /// A number at the edge of a size's range, in either order of bytes.
  private mutating func writeEdge(_ bytes: inout [UInt8], at place: Int) {
    let edges: [UInt64] = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, .max]
    let edge = edges.randomElement(using: &random) ?? 0
    let count = min(bytes.count - place, [1, 2, 4, 8].randomElement(using: &random) ?? 1)
    let isLittle = Bool.random(using: &random)
    for offset in 0..<count {
      let shift = 8 * (isLittle ? offset : count - 1 - offset)
      bytes[place + offset] = UInt8(truncatingIfNeeded: edge >> UInt64(shift))
    }
  }
}

/// SplitMix64: G. Steele, D. Lea and C. Flood, 2014, "Fast splittable pseudorandom number
/// generators".
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
