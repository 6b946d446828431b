import Foundation
import Myelin

/// Readers of files: how fast they are, the files in memory.
enum ReadingBenchmarks {
  static func run() {
    let rows = 100_000
    tables("numbers", rows, columns: 10) { row in
      (0..<10).map { "\(Double(row * 7 + $0) / 1000)" }.joined(separator: ",")
    }
    tables("numbers of 17 digits", rows, columns: 5) { row in
      (0..<5).map { "\(1 / Double(row * 5 + $0 + 3))" }.joined(separator: ",")
    }
    tables("words and numbers", rows, columns: 4) { row in
      "\(row),word \(row),\"a, \(row % 9)\",\(row % 3)"
    }
    pictures()
    let sound = Waveform(sampleRate: 44100, samples: [Float](repeating: 0.5, count: 441_000))
    report(
      "reading: 10 s of sound from 44,100 to 16,000 samples a second",
      Timing(windows: 5, repetitions: 1) { _ = sound.resampled(to: 16000) })
  }

  private static func tables(
    _ name: String, _ count: Int, columns: Int, _ row: (Int) -> String
  ) {
    let header = (0..<columns).map { "c\($0)" }.joined(separator: ",")
    let bytes = Array(([header] + (0..<count).map(row)).joined(separator: "\n").utf8)
    func rate(_ timing: Timing) -> String {
      "\(timing.description), \(Int(Double(bytes.count) / timing.seconds / 1e6)) MB/s"
    }
    let whole = Timing(windows: 5, repetitions: 1) {
      _ = try? Table(fileBytes: bytes, name: "x.csv")
    }
    report("reading: a table of \(name), whole", rate(whole))
    let pieces = Timing(windows: 5, repetitions: 1) {
      guard var reader = try? TableReader(fileBytes: bytes, name: "x.csv") else { return }
      while let _ = try? reader.next(rows: 10_000) {}
    }
    report("reading: a table of \(name), 10,000 rows at a time", rate(pieces))
  }

  private static func pictures() {
    let pixels = (0..<256 * 256 * 3).map { UInt8(truncatingIfNeeded: ($0 / 97) ^ ($0 % 768 / 5)) }
    let image = Image(height: 256, width: 256, channels: 3, pixels: pixels)
    let file = image.png
    report(
      "reading: a PNG of 256×256",
      Timing(windows: 10, repetitions: 4) { _ = try? Image(fileBytes: file, name: "x") })
    report("writing: a PNG of 256×256", Timing(windows: 5, repetitions: 2) { _ = image.png })
  }
}
