import Arrays
import Glibc

/// A scale of pitch: equal distances on it sound equally far apart.
public enum MelScale: String, Sendable, Hashable, CaseIterable, Codable {
  /// 2595 · log₁₀(1 + f / 700) (the HTK Book).
  case htk
  /// Linear, 3 mels to 200 Hz, up to 1 kHz; logarithmic above, 27 mels to a factor of 6.4 (M.
  /// Slaney, Auditory Toolbox, 1998).
  case slaney

  private static let logarithmicStep = log(6.4) / 27

  /// The place of a frequency in Hz.
  public func mel(_ frequency: Double) -> Double {
    switch self {
    case .htk: return 2595 * log10(1 + frequency / 700)
    case .slaney:
      return frequency < 1000
        ? frequency * 3 / 200 : 15 + log(frequency / 1000) / MelScale.logarithmicStep
    }
  }

  /// The frequency of a place, in Hz.
  public func frequency(_ mel: Double) -> Double {
    switch self {
    case .htk: return 700 * (pow(10, mel / 2595) - 1)
    case .slaney:
      return mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * MelScale.logarithmicStep)
    }
  }
}

/// Overlapping triangles along the frequencies of a spectrum, evenly spaced on a scale of pitch.
///
/// Triangle m rises from the place m to m + 1 and falls to m + 2, of `count` + 2 places from the
/// lowest to the highest frequency.
public struct MelFilterBank: Sendable, Hashable {
  /// How many triangles there are.
  public let count: Int
  /// How many frequencies a spectrum has, evenly spaced from 0 to half the sample rate.
  public let frequencyCount: Int
  /// [count, frequencyCount] in row-major order.
  public let weights: [Float]

  /// A filter bank; stops when there is no filter or frequency, or the bounds are not in order.
  ///
  /// - Parameters:
  ///   - count: How many triangles there are.
  ///   - frequencyCount: How many frequencies a spectrum has.
  ///   - sampleRate: Samples a second.
  ///   - lowest: In Hz.
  ///   - highest: In Hz; half the sample rate unless given.
  ///   - scale: On which the triangles are evenly spaced.
  ///   - hasUnitArea: Whether each triangle has the area 1 over the frequencies in Hz, as librosa's
  ///     have; otherwise its top is at 1.
  public init(
    count: Int, frequencyCount: Int, sampleRate: Int, lowest: Double = 0, highest: Double? = nil,
    scale: MelScale = .htk, hasUnitArea: Bool = false
  ) {
    let highest = highest ?? Double(sampleRate) / 2
    guard count > 0, frequencyCount > 1, lowest >= 0, lowest < highest else {
      stop(
        "MelFilterBank: \(count) filters of \(frequencyCount) frequencies from \(lowest) to "
          + "\(highest) Hz")
    }
    self.count = count
    self.frequencyCount = frequencyCount
    let (first, last) = (scale.mel(lowest), scale.mel(highest))
    let places = (0..<count + 2).map {
      scale.frequency(first + (last - first) * Double($0) / Double(count + 1))
    }
    let step = Double(sampleRate) / 2 / Double(frequencyCount - 1)
    weights = (0..<count).flatMap { filter in
      let (left, top, right) = (places[filter], places[filter + 1], places[filter + 2])
      let height = hasUnitArea ? 2 / (right - left) : 1
      return (0..<frequencyCount).map { bin in
        let frequency = Double(bin) * step
        let rising = (frequency - left) / (top - left)
        let falling = (right - frequency) / (right - top)
        return Float(height * max(0, min(rising, falling)))
      }
    }
  }

  /// The triangles' sums of spectra [frequencyCount, frames] in row-major order: [count, frames].
  func sums(of spectra: [Float], frames: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: count * frames)
    for filter in 0..<count {
      for bin in 0..<frequencyCount {
        let weight = weights[filter * frequencyCount + bin]
        if weight == 0 { continue }
        for frame in 0..<frames {
          sums[filter * frames + frame] += weight * spectra[bin * frames + frame]
        }
      }
    }
    return sums
  }
}
