import Foundation
import Myelin

/// Tokenizers: how fast they are trained and encode.
enum TextBenchmarks {
  /// About 1 MB of words whose frequencies fall as 1 / rank, as they do in a language.
  private static let text: String = {
    var random = RandomSource(seed: 1)
    let letters = random.uniform([8 * 20_000], from: 0, to: 26, .int64).scalars(as: Int.self)
    let words = (0..<20_000).map { number in
      String(
        decoding: letters[8 * number..<8 * number + 2 + number % 7].map { UInt8(97 + $0) },
        as: UTF8.self)
    }
    let exponents = random.uniform([170_000]).scalars(as: Float.self)
    return exponents.map { words[Int(exp(Double($0) * log(19_999.0)))] }.joined(separator: " ")
  }()

  static func run() {
    let megabytes = String(Double(text.utf8.count / 10_000) / 100)
    report(
      "text: train 1,000 merges on \(megabytes) MB",
      Timing(windows: 3, repetitions: 1) {
        _ = try? trained()
      })
    guard let tokenizer = try? trained(), let tokens = try? tokenizer.encode(text) else { return }
    report(
      "text: encode \(megabytes) MB",
      Timing(windows: 10, repetitions: 1) {
        _ = try? tokenizer.encode(text)
      })
    report(
      "text: decode \(tokens.count) tokens",
      Timing(windows: 5, repetitions: 1) {
        _ = try? tokenizer.decode(tokens)
      })
  }

  private static func trained() throws -> SubwordTokenizer {
    try SubwordTokenizer.trainBytePairEncoding(on: text, vocabularySize: 1256)
  }
}
