import Datasets
import Foundation
import Testing

@Suite struct ResamplingTests {
  /// The cases of the golden file: rates, a signal, and scipy's result, a line each.
  static let cases: [[[Double]]] = {
    let text = (try? golden("resampling.txt")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    return stride(from: 0, to: lines.count - 2, by: 3).map { Array(lines[$0..<$0 + 3]) }
  }()

  @Test("the numbers of scipy's resample_poly", arguments: cases)
  func resamples(_ example: [[Double]]) {
    let sound = Waveform(sampleRate: Int(example[0][0]), samples: example[1].map { Float($0) })
    let result = sound.resampled(to: Int(example[0][1]))
    #expect(result.count == example[2].count && result.sampleRate == Int(example[0][1]))
    let distance = zip(result.samples, example[2]).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(distance < 2e-6)
  }

  @Test("all cases are there")
  func hasCases() { #expect(Self.cases.count == 8) }

  @Test("a tone above half the new rate is gone, one below stays, channels do not mix")
  func isBandLimited() {
    func tone(_ frequency: Double, _ time: Int) -> Float {
      Float(sin(2 * .pi * frequency * Double(time) / 16000))
    }
    let sound = Waveform(
      sampleRate: 16000, channels: 2,
      samples: (0..<8000).flatMap { [tone(500, $0), tone(7000, $0)] })
    let result = sound.resampled(to: 8000)
    #expect(result.count == 4000 && result.channels == 2)
    // Away from the ends, where the sound begins and ends at once.
    for time in 100..<3900 {
      #expect(abs(result.samples[2 * time] - tone(500, 2 * time)) < 0.01)
      #expect(abs(result.samples[2 * time + 1]) < 0.01)
    }
  }
}
