import Arrays
import Datasets
import Foundation
import Tensors
import Testing

@Suite struct SoundTransformTests {
  let golden = TransformGolden.shared.sounds
  var sound: Waveform { Waveform(sampleRate: 8000, samples: golden.signal) }

  @Test("a Fourier transform of any length", arguments: Array(1...70) + [97, 128, 202, 400, 1009])
  func fourier(count: Int) {
    var random = RandomScalars(seed: UInt64(count))
    let input = (0..<count).map { _ in SIMD2(random.normal(), random.normal()) }
    let found = FourierTransform(count: count)(input)
    var largest = 0.0
    for k in 0..<count {
      var sum = SIMD2<Double>.zero
      for n in 0..<count {
        let angle = -2 * Double.pi * Double(k * n % count) / Double(count)
        sum += SIMD2(
          input[n][0] * cos(angle) - input[n][1] * sin(angle),
          input[n][0] * sin(angle) + input[n][1] * cos(angle))
      }
      let error = found[k] - sum
      largest = max(largest, abs(error[0]), abs(error[1]))
    }
    #expect(largest < 1e-12 * Double(count) + 1e-13)
  }

  @Test("two real signals in one transform", arguments: [1, 2, 3, 8, 67, 256, 400])
  func realPairs(count: Int) {
    var random = RandomScalars(seed: UInt64(count))
    let signals = (0..<2).map { _ in (0..<count).map { _ in Float(random.normal()) } }
    let transform = FourierTransform(count: count)
    let pair = transform.ofReals(signals[0], signals[1])
    for (found, signal) in zip([pair.first, pair.second], signals) {
      let expected = transform.ofReals(signal)
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) {
        #expect(max(abs(a[0] - b[0]), abs(a[1] - b[1])) < 1e-11)
      }
    }
  }

  @Test("spectrograms are those of PyTorch")
  func spectrograms() throws {
    for example in golden.spectrograms {
      let spectrogram = Spectrogram(
        fftSize: example.fftSize, hop: example.hop, window: example.window,
        windowLength: example.windowLength, power: example.power, isCentered: example.isCentered)
      let found = try spectrogram(sound)
      #expect(found.shape[0] == 1 && found.shape[1] == example.fftSize / 2 + 1)
      let error = largestDifference(found.scalars(as: Float.self), example.values)
      #expect(error < 1e-4, "\(example.window) \(example.fftSize)")
    }
  }

  @Test("filter banks are those of librosa")
  func banks() {
    for example in golden.banks {
      let bank = MelFilterBank(
        count: example.count, frequencyCount: example.frequencyCount, sampleRate: 8000,
        lowest: example.lowest, highest: example.highest, scale: example.scale,
        hasUnitArea: example.hasUnitArea)
      #expect(largestDifference(bank.weights, example.values) < 1e-6, "\(example.scale)")
    }
  }

  @Test("pitches, decibels and cepstra are those of librosa")
  func pitches() throws {
    func mel(_ decibels: MelSpectrogram.Decibels?) -> MelSpectrogram {
      MelSpectrogram(
        sampleRate: 8000, spectrogram: Spectrogram(fftSize: 32, hop: 16), count: 8, scale: .slaney,
        hasUnitArea: true, decibels: decibels)
    }
    let plain = try mel(nil)(sound)
    #expect(plain.shape == [1, 8, 10])
    #expect(largestDifference(plain.scalars(as: Float.self), golden.mel) < 1e-6)
    let loud = mel(.init(range: 30))
    #expect(largestDifference(try loud(sound).scalars(as: Float.self), golden.decibels) < 1e-3)
    let cepstra = try MFCC(loud, count: 5)(sound)
    #expect(cepstra.shape == [1, 5, 10])
    #expect(largestDifference(cepstra.scalars(as: Float.self), golden.mfcc) < 1e-3)
  }

  @Test("a sound of another rate, or without samples, is refused")
  func refuses() {
    let mel = MelSpectrogram(sampleRate: 16_000)
    let rate = #expect(throws: DatasetError.self) { try mel(sound) }
    #expect(rate?.found == "8000 samples a second")
    #expect(throws: DatasetError.self) {
      try Spectrogram()(Waveform(sampleRate: 8000, samples: []))
    }
    #expect(throws: DatasetError.self) {
      try Spectrogram(fftSize: 400, isCentered: false)(sound)
    }
  }

  struct Trimming: Sendable {
    let count: Int
    let place: TrimOrPad.Place
    let samples: [Float]
  }

  /// Of 1 2 3 4.
  static let trimmings = [
    Trimming(count: 4, place: .start, samples: [1, 2, 3, 4]),
    Trimming(count: 2, place: .start, samples: [1, 2]),
    Trimming(count: 2, place: .center, samples: [2, 3]),
    Trimming(count: 6, place: .start, samples: [1, 2, 3, 4, 0, 0]),
    Trimming(count: 7, place: .center, samples: [0, 1, 2, 3, 4, 0, 0]),
    Trimming(count: 0, place: .random, samples: []),
  ]

  @Test("sounds get one length", arguments: trimmings)
  func trims(_ example: Trimming) throws {
    let transform = TrimOrPad(example.count, place: example.place)
    #expect(
      try transform(Waveform(sampleRate: 1, samples: [1, 2, 3, 4])).samples == example.samples)
    let stereo = Waveform(sampleRate: 1, channels: 2, samples: [1, 1, 2, 2, 3, 3, 4, 4])
    #expect(try transform(stereo).samples == example.samples.flatMap { [$0, $0] })
  }

  @Test("trimming at random reaches every place")
  func trimsAnywhere() throws {
    let sound = Waveform(sampleRate: 1, samples: [1, 2, 3, 4])
    let firsts = try (0..<100).map { try TrimOrPad(2, place: .random)(sound, place: $0).samples[0] }
    #expect(Set(firsts) == [1, 2, 3])
  }

  @Test("noise has the power that was asked for", arguments: [0.0, 10, 30])
  func noise(decibels: Double) throws {
    let sound = Waveform(
      sampleRate: 8000, samples: (0..<20_001).map { Float(sin(0.1 * Double($0))) })
    let noisy = try AddNoise(signalToNoise: decibels...decibels)(sound)
    let noise = zip(noisy.samples, sound.samples).map { Double($0 - $1) }
    func power(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } / Double(x.count) }
    let ratio = 10 * log10(power(sound.samples.map { Double($0) }) / power(noise))
    #expect(abs(ratio - decibels) < 0.2)
    let silence = Waveform(sampleRate: 8000, samples: [0, 0, 0])
    #expect(try AddNoise(signalToNoise: 5...5)(silence) == silence)
  }

  @Test("masks overwrite one band of whole rows or columns")
  func masks() throws {
    let ones = Tensor([Float](repeating: 1, count: 2 * 6 * 9), shape: [2, 6, 9])
    var widths: Set<Int> = []
    for place in 0..<200 {
      let rows = try FrequencyMask(3)(ones, place: place).scalars(as: Float.self)
      let masked = (0..<12).map { row in rows[row * 9..<(row + 1) * 9].reduce(0, +) }
      #expect(masked.allSatisfy { $0 == 0 || $0 == 9 } && masked[..<6] == masked[6...])
      widths.insert(masked[..<6].filter { $0 == 0 }.count)
      let columns = try TimeMask(100, value: 2)(ones, place: place).scalars(as: Float.self)
      #expect((0..<12).allSatisfy { Array(columns[$0 * 9..<($0 + 1) * 9]) == Array(columns[..<9]) })
    }
    #expect(widths == [0, 1, 2, 3])
  }

  @Test("frames come first for a recurrent network")
  func framesFirst() throws {
    let values = Tensor.range(0..<12).to(.float32).reshaped(to: [2, 2, 3])
    let found = try FramesFirst()(values)
    #expect(found.shape == [3, 4])
    #expect(found.scalars(as: Int.self) == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
  }

  @Test("framing counts frames")
  func framing() {
    for (count, centered, frames) in [
      (100, true, 11), (99, true, 10), (1, true, 1), (0, true, 0), (100, false, 9),
      (19, false, 0), (20, false, 1),
    ] {
      #expect(
        Framing(length: 20, hop: 10, isCentered: centered).frameCount(count) == frames,
        "\(count) \(centered)")
    }
  }
}
