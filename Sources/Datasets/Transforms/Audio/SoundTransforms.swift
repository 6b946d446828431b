import Arrays
import Glibc
import Tensors

/// Gives sounds one length: those that are longer are cut, those that are shorter get silence.
public struct TrimOrPad: Transform, Hashable {
  /// What of a longer sound is kept, and where a shorter one stands.
  public enum Place: String, Sendable, Hashable, CaseIterable, Codable {
    /// The beginning.
    case start
    /// The middle.
    case center
    /// Anywhere, each place equally likely.
    case random
  }

  /// Samples of a channel.
  public let count: Int
  /// What is kept.
  public let place: Place

  /// Stops when `count` is negative.
  public init(_ count: Int, place: Place = .start) {
    guard count >= 0 else { stop("TrimOrPad: \(count) samples; there cannot be fewer than 0") }
    self.count = count
    self.place = place
  }

  public func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Waveform {
    let spare = abs(sound.count - count)
    let offset =
      switch place {
      case .start: 0
      case .center: spare / 2
      case .random: random.integer(below: spare + 1)
      }
    let channels = sound.channels
    func silence(_ count: Int) -> [Float] { Array(repeating: 0, count: count * channels) }
    let samples =
      sound.count >= count
      ? Array(sound.samples[offset * channels..<(offset + count) * channels])
      : silence(offset) + sound.samples + silence(spare - offset)
    return Waveform(sampleRate: sound.sampleRate, channels: channels, samples: samples)
  }
}

/// Adds white noise, normally distributed, so that the sound's power is above the noise's by a
/// random number of decibels. Silence stays silent.
public struct AddNoise: Transform, Hashable {
  /// The ratio of the powers, in decibels; each is equally likely.
  public let signalToNoise: ClosedRange<Double>

  /// Noise of a ratio in a range.
  public init(signalToNoise: ClosedRange<Double>) { self.signalToNoise = signalToNoise }

  public func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Waveform {
    let ratio = random.uniform(signalToNoise.lowerBound, signalToNoise.upperBound)
    let power = sound.samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard power > 0 else { return sound }
    let deviation = (power / Double(sound.samples.count) / pow(10, ratio / 10)).squareRoot()
    var samples = sound.samples
    for index in stride(from: 0, to: samples.count, by: 2) {
      let (first, second) = random.normalPair()
      samples[index] += Float(deviation * first)
      if index + 1 < samples.count { samples[index + 1] += Float(deviation * second) }
    }
    return Waveform(sampleRate: sound.sampleRate, channels: sound.channels, samples: samples)
  }
}

/// Overwrites a band of a spectrogram, float32 [channels, frequencies, frames]; see `FrequencyMask`
/// and `TimeMask`.
private func masked(
  _ input: Tensor, axis: Int, largest: Int, value: Float, _ name: String,
  _ random: inout RandomScalars
) throws(DatasetError) -> Tensor {
  guard input.rank == 3, input.dataType == .float32 else {
    throw .unsuited(
      name, found: "\(input.dataType) \(input.shape)",
      expected: "float32 [channels, frequencies, frames]")
  }
  let length = input.shape[axis]
  let width = random.integer(below: min(largest, length) + 1)
  let start = random.integer(below: length - width + 1)
  let (frequencies, frames) = (input.shape[1], input.shape[2])
  return input.changedCopy { values in
    for row in 0..<input.shape[0] * frequencies {
      if axis == 2 {
        values[row * frames + start..<row * frames + start + width].update(repeating: value)
      } else if (start..<start + width).contains(row % frequencies) {
        values[row * frames..<(row + 1) * frames].update(repeating: value)
      }
    }
  }
}

/// Overwrites neighbouring frequencies of a spectrogram (D. Park et al., "SpecAugment", 2019): as
/// many as a number uniform in 0 … `largest` says, each position equally likely. Float32 [channels,
/// frequencies, frames].
public struct FrequencyMask: Transform, Hashable {
  /// The most frequencies.
  public let largest: Int
  /// What is written.
  public let value: Float

  /// Stops when `largest` is negative.
  public init(_ largest: Int, value: Float = 0) {
    guard largest >= 0 else { stop("FrequencyMask: \(largest) frequencies; it is negative") }
    self.largest = largest
    self.value = value
  }

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    try masked(input, axis: 1, largest: largest, value: value, "FrequencyMask", &random)
  }
}

/// Overwrites neighbouring frames of a spectrogram, as `FrequencyMask` does frequencies.
public struct TimeMask: Transform, Hashable {
  /// The most frames.
  public let largest: Int
  /// What is written.
  public let value: Float

  /// Stops when `largest` is negative.
  public init(_ largest: Int, value: Float = 0) {
    guard largest >= 0 else { stop("TimeMask: \(largest) frames; it is negative") }
    self.largest = largest
    self.value = value
  }

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    try masked(input, axis: 2, largest: largest, value: value, "TimeMask", &random)
  }
}

/// A spectrogram [channels, frequencies, frames] as a sequence, [frames, channels · frequencies].
public struct FramesFirst: Transform, Hashable {
  public init() {}

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    guard input.rank == 3, input.dataType == .float32 else {
      throw .unsuited(
        "FramesFirst", found: "\(input.dataType) \(input.shape)",
        expected: "float32 [channels, frequencies, frames]")
    }
    let (rows, frames) = (input.shape[0] * input.shape[1], input.shape[2])
    let values = input.scalars(as: Float.self)
    return Tensor(shape: [frames, rows]) { (output: UnsafeMutableBufferPointer<Float>) in
      for frame in 0..<frames {
        for row in 0..<rows {
          output.initializeElement(at: frame * rows + row, to: values[row * frames + frame])
        }
      }
    }
  }
}
