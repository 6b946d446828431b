import Arrays
import Glibc
import Tensors

/// A spectrogram by pitch, float32 [1, mels, frames]: the sums of a spectrogram under the triangles
/// of a filter bank; with `decibels`, their logarithms.
public struct MelSpectrogram: Transform, Hashable {
  /// The logarithm of power: 10 · log₁₀(max(x, floor)), and nothing further below the greatest
  /// value of the sound than `range`.
  public struct Decibels: Sendable, Hashable, Codable {
    /// The least power that is told apart.
    public var floor: Double
    /// In decibels; nil for no limit.
    public var range: Double?

    public init(floor: Double = 1e-10, range: Double? = 80) {
      self.floor = floor
      self.range = range
    }
  }

  /// What is summed.
  public let spectrogram: Spectrogram
  /// The triangles.
  public let filters: MelFilterBank
  /// Samples a second that sounds must have.
  public let sampleRate: Int
  /// How the logarithm is taken; nil for none.
  public let decibels: Decibels?

  /// A spectrogram by pitch; see `MelFilterBank` for its arguments.
  public init(
    sampleRate: Int, spectrogram: Spectrogram = Spectrogram(), count: Int = 128,
    lowest: Double = 0, highest: Double? = nil, scale: MelScale = .htk, hasUnitArea: Bool = false,
    decibels: Decibels? = nil
  ) {
    self.sampleRate = sampleRate
    self.spectrogram = spectrogram
    self.decibels = decibels
    filters = MelFilterBank(
      count: count, frequencyCount: spectrogram.frequencyCount, sampleRate: sampleRate,
      lowest: lowest, highest: highest, scale: scale, hasUnitArea: hasUnitArea)
  }

  public func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    guard sound.sampleRate == sampleRate else {
      throw .unsuited(
        "MelSpectrogram", found: "\(sound.sampleRate) samples a second",
        expected: "\(sampleRate) samples a second")
    }
    let spectra = try spectrogram(sound, using: &random)
    let frames = spectra.shape[2]
    var values = filters.sums(of: spectra.scalars(as: Float.self), frames: frames)
    if let decibels {
      for index in values.indices {
        values[index] = Float(10 * log10(max(Double(values[index]), decibels.floor)))
      }
      if let range = decibels.range, let greatest = values.max() {
        for index in values.indices { values[index] = max(values[index], greatest - Float(range)) }
      }
    }
    return Tensor(values, shape: [1, filters.count, frames])
  }
}

/// Mel-frequency cepstral coefficients, float32 [1, coefficients, frames]: the discrete cosine
/// transform (type II, orthonormal) of a spectrogram by pitch in decibels, along the pitches
/// (S. Davis and P. Mermelstein, 1980).
public struct MFCC: Transform, Hashable {
  /// What is transformed; in decibels.
  public let mel: MelSpectrogram
  /// How many coefficients are kept.
  public let count: Int
  /// [count, mels].
  private let cosines: [Float]

  /// The first `count` coefficients; stops when the spectrogram is not in decibels or has fewer
  /// pitches.
  public init(_ mel: MelSpectrogram, count: Int = 40) {
    guard mel.decibels != nil else { stop("MFCC: the spectrogram must be in decibels") }
    let pitches = mel.filters.count
    guard (1...pitches).contains(count) else {
      stop("MFCC: \(count) coefficients of \(pitches) pitches; there are at most as many")
    }
    self.mel = mel
    self.count = count
    cosines = (0..<count).flatMap { k in
      (0..<pitches).map { n in
        let scale = (k == 0 ? 1 : 2) / Double(pitches)
        let angle = Double.pi * Double(k) * (Double(n) + 0.5) / Double(pitches)
        return Float(scale.squareRoot() * cos(angle))
      }
    }
  }

  public func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    let mels = try mel(sound, using: &random)
    let (pitches, frames) = (mels.shape[1], mels.shape[2])
    let values = mels.scalars(as: Float.self)
    var result = [Float](repeating: 0, count: count * frames)
    for coefficient in 0..<count {
      for pitch in 0..<pitches {
        let cosine = cosines[coefficient * pitches + pitch]
        for frame in 0..<frames {
          result[coefficient * frames + frame] += cosine * values[pitch * frames + frame]
        }
      }
    }
    return Tensor(result, shape: [1, count, frames])
  }
}
