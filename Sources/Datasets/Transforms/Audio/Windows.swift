import Glibc

/// The weights that a frame of sound is multiplied with before its spectrum is taken.
public enum WindowFunction: String, Sendable, Hashable, CaseIterable, Codable {
  /// ½ − ½ cos(2πn / N).
  case hann
  /// 0.54 − 0.46 cos(2πn / N).
  case hamming
  /// 0.42 − ½ cos(2πn / N) + 0.08 cos(4πn / N).
  case blackman
  /// 1.
  case rectangular

  /// N weights, periodic: the first of the next period would follow.
  public func weights(_ count: Int) -> [Float] {
    (0..<count).map { place in
      let angle = 2 * Double.pi * Double(place) / Double(count)
      switch self {
      case .hann: return Float(0.5 - 0.5 * cos(angle))
      case .hamming: return Float(0.54 - 0.46 * cos(angle))
      case .blackman: return Float(0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle))
      case .rectangular: return 1
      }
    }
  }
}

/// Cuts a signal into frames that may overlap.
public struct Framing: Sendable, Hashable, Codable {
  /// Samples in a frame.
  public let length: Int
  /// Samples from one frame to the next.
  public let hop: Int
  /// Whether frame t has its middle at sample t · hop, the signal being mirrored at its ends; where
  /// it is not, frame t starts there.
  public let isCentered: Bool

  /// Frames; lengths that are not positive are taken as 1.
  public init(length: Int, hop: Int, isCentered: Bool = true) {
    self.length = max(1, length)
    self.hop = max(1, hop)
    self.isCentered = isCentered
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    length = try values.decode(Int.self, forKey: .length)
    hop = try values.decode(Int.self, forKey: .hop)
    isCentered = try values.decode(Bool.self, forKey: .isCentered)
    try requireFitting(
      (1...1 << 32).contains(length) && (1...1 << 32).contains(hop), decoder,
      "positive lengths")
  }

  private enum CodingKeys: String, CodingKey {
    case length
    case hop
    case isCentered
  }

  /// Frames of a signal of `count` samples: 1 + ⌊count / hop⌋ where they are centered (of an even
  /// length), otherwise 1 + ⌊(count − length) / hop⌋, or none where it is shorter.
  public func frameCount(_ count: Int) -> Int {
    let padded = count + (isCentered ? length / 2 * 2 : 0)
    return padded < length || count == 0 ? 0 : 1 + (padded - length) / hop
  }

  /// One frame of a signal, which must have samples.
  func frame(_ number: Int, of signal: [Float]) -> [Float] {
    let start = number * hop - (isCentered ? length / 2 : 0)
    return (start..<start + length).map { place in
      Border.reflect.source(place, signal.count).map { signal[$0] } ?? 0
    }
  }
}
