import Arrays
import Glibc
import Tensors

/// How strong each frequency is in each frame of a sound: |X|^power, float32 [1, frequencies,
/// frames] with fftSize / 2 + 1 frequencies, from 0 to half the sample rate.
///
/// Channels of a sound are averaged. Frames are as long as `fftSize`; a shorter window stands in
/// their middle.
public struct Spectrogram: Transform, Hashable {
  /// Samples whose spectrum is taken.
  public let fftSize: Int
  /// The frames: `fftSize` long.
  public let framing: Framing
  /// The window's shape.
  public let window: WindowFunction
  /// Samples of the window.
  public let windowLength: Int
  /// 2 for power, 1 for magnitude.
  public let power: Double

  private let weights: [Float]
  private let transform: FourierTransform

  /// A spectrogram; stops when a length is not positive, or the window is longer than a frame.
  ///
  /// - Parameters:
  ///   - fftSize: Samples whose spectrum is taken, any number.
  ///   - hop: Samples from one frame to the next; half a window unless given.
  ///   - window: The window's shape.
  ///   - windowLength: Samples of the window; `fftSize` unless given.
  ///   - power: 2 for power, 1 for magnitude.
  ///   - isCentered: Whether frames have their middles at multiples of `hop`, the sound being
  ///     mirrored at its ends.
  public init(
    fftSize: Int = 400, hop: Int? = nil, window: WindowFunction = .hann, windowLength: Int? = nil,
    power: Double = 2, isCentered: Bool = true
  ) {
    let length = windowLength ?? fftSize
    let hop = hop ?? max(1, length / 2)
    guard fftSize > 0, hop > 0, (1...fftSize).contains(length) else {
      stop("Spectrogram: fftSize \(fftSize), hop \(hop), windowLength \(length) do not fit")
    }
    self.fftSize = fftSize
    self.window = window
    self.windowLength = length
    self.power = power
    framing = Framing(length: fftSize, hop: hop, isCentered: isCentered)
    let left = (fftSize - length) / 2
    weights =
      Array(repeating: 0, count: left) + window.weights(length)
      + Array(repeating: 0, count: fftSize - length - left)
    transform = FourierTransform(count: fftSize)
  }

  /// How many frequencies there are.
  public var frequencyCount: Int { fftSize / 2 + 1 }

  public func callAsFunction(
    _ sound: Waveform, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    let signal = sound.mono.samples
    let frames = framing.frameCount(signal.count)
    guard frames > 0 else {
      throw .unsuited(
        "Spectrogram", found: "a sound of \(signal.count) samples",
        expected: "at least \(framing.isCentered ? 1 : fftSize)")
    }
    return Tensor(shape: [1, frequencyCount, frames]) {
      (output: UnsafeMutableBufferPointer<Float>) in
      func weighted(_ frame: Int) -> [Float] {
        zip(framing.frame(frame, of: signal), weights).map { $0 * $1 }
      }
      func write(_ spectrum: [FourierTransform.Complex], _ frame: Int) {
        for (frequency, value) in spectrum.enumerated() {
          let square = value[0] * value[0] + value[1] * value[1]
          let strength = power == 2 ? square : pow(square, power / 2)
          output.initializeElement(at: frequency * frames + frame, to: Float(strength))
        }
      }
      for frame in stride(from: 0, to: frames - 1, by: 2) {
        let spectra = transform.ofReals(weighted(frame), weighted(frame + 1))
        write(spectra.first, frame)
        write(spectra.second, frame + 1)
      }
      if frames % 2 == 1 { write(transform.ofReals(weighted(frames - 1)), frames - 1) }
    }
  }

  public static func == (a: Spectrogram, b: Spectrogram) -> Bool {
    a.fftSize == b.fftSize && a.framing == b.framing && a.window == b.window
      && a.windowLength == b.windowLength && a.power == b.power
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(fftSize)
    hasher.combine(framing)
    hasher.combine(window)
    hasher.combine(windowLength)
    hasher.combine(power)
  }
}
