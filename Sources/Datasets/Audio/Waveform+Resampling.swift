import Arrays
import Glibc

extension Waveform {
  /// The same sound at another number of samples a second, band-limited: what lies above half the
  /// lower rate is removed, so that it does not come back as other tones.
  ///
  /// With up / down the reduced ratio of the rates, the signal is thought to have up − 1 zeros behind
  /// each sample, is filtered by a windowed sinc
  ///
  ///     h[n] ∝ sinc((n − L) / m) · kaiser(n; β = 5),  0 ≤ n ≤ 2L,  L = 10 m,  m = max(up, down)
  ///
  /// whose sum is up, and every down-th sample is kept, the first included: ⌈count · up / down⌉
  /// samples of each channel, without delay; beyond its ends the sound is silent. These are the filter
  /// and the numbers of scipy's `signal.resample_poly`. Only taps that meet a sample are computed.
  ///
  /// Stops when `rate` is not positive.
  public func resampled(to rate: Int) -> Waveform {
    guard rate > 0 else {
      stop("Waveform.resampled: \(rate) samples a second; it must be positive")
    }
    if rate == sampleRate { return self }
    let resampler = Resampler(from: sampleRate, to: rate)
    return Waveform(
      sampleRate: rate, channels: channels, samples: resampler(samples, channels: channels))
  }
}

/// The filter between two rates, phase by phase.
private struct Resampler {
  private let up: Int
  private let down: Int
  /// L, the taps to each side of the middle.
  private let reach: Int
  private let taps: [Float]

  init(from: Int, to: Int) {
    let divisor = Resampler.greatestCommonDivisor(from, to)
    (up, down) = (to / divisor, from / divisor)
    let widest = max(up, down)
    reach = 10 * widest
    taps = Resampler.taps(reach: reach, width: widest, sum: up)
  }

  private static func taps(reach: Int, width: Int, sum: Int) -> [Float] {
    let beta = 5.0
    var taps = (0...2 * reach).map { place -> Double in
      let distance = Double(place - reach)
      let x = Double.pi * distance / Double(width)
      let ratio = distance / Double(reach)
      let window = bessel(beta * (max(0, 1 - ratio * ratio)).squareRoot())
      return (distance == 0 ? 1 : sin(x) / x) * window
    }
    let scale = Double(sum) / taps.reduce(0, +)
    for place in taps.indices { taps[place] *= scale }
    return taps.map { Float($0) }
  }

  /// The modified Bessel function of order 0, by its series: Σ ((x/2)^k / k!)².
  private static func bessel(_ x: Double) -> Double {
    var (term, sum, k) = (1.0, 1.0, 1.0)
    while term > 1e-18 * sum {
      term *= (x / 2 / k) * (x / 2 / k)
      sum += term
      k += 1
    }
    return sum
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  func callAsFunction(_ samples: [Float], channels: Int) -> [Float] {
    let count = samples.count / channels
    let resultCount = (count * up + down - 1) / down
    return [Float](unsafeUninitializedCapacity: resultCount * channels) { output, filled in
      samples.withUnsafeBufferPointer { input in
        taps.withUnsafeBufferPointer { taps in
          for moment in 0..<resultCount {
            for channel in 0..<channels {
              output[moment * channels + channel] = value(
                at: moment, input, channel, channels, count, taps)
            }
          }
        }
      }
      filled = resultCount * channels
    }
  }

  /// Σ h[middle + L − up · k] · x[k] over the samples k that the filter reaches.
  private func value(
    at moment: Int, _ input: UnsafeBufferPointer<Float>, _ channel: Int, _ channels: Int,
    _ count: Int, _ taps: UnsafeBufferPointer<Float>
  ) -> Float {
    let middle = moment * down
    let first = max(0, (middle - reach + up - 1) / up)
    let last = min(count - 1, (middle + reach) / up)
    var sum: Float = 0
    if first > last { return sum }
    for k in first...last { sum += taps[middle + reach - up * k] * input[k * channels + channel] }
    return sum
  }
}
