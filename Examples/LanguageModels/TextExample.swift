import Foundation
import Myelin

/// A language model and how to train it on a text: minutes of work, and a text that the package
/// does not carry.
package struct TextExample: Sendable {
  package let name: String
  /// What it shows, in one line.
  package let summary: String
  /// The file in the data folder that it learns from.
  package let file: String
  /// Training steps, unless said otherwise.
  package let maximum: Int
  /// Trains from a seed on the text of the file for a number of steps; `report` gets a line now and
  /// then.
  let train:
    @Sendable (_ text: String, _ seed: UInt64, _ maximum: Int, _ report: Report) throws(TextError)
      -> Lesson

  package typealias Report = (String) -> Void

  /// What came of the training.
  package struct Lesson: Sendable {
    package let outcome: Outcome
    package let curve: LossCurve
  }

  package static let all = [
    TextExample(
      name: "shakespeare-gpt", summary: "a transformer learns Shakespeare letter by letter",
      file: "tinyshakespeare.txt", maximum: 2000, train: ShakespeareGPT.train),
    TextExample(
      name: "shakespeare-lstm", summary: "a recurrent network learns the same text",
      file: "tinyshakespeare.txt", maximum: 6 * 490, train: ShakespeareLSTM.train),
    TextExample(
      name: "names", summary: "a small transformer invents names",
      file: "names.txt", maximum: 20_000, train: Names.train),
  ]

  package static func named(_ name: String) -> TextExample? { all.first { $0.name == name } }

  /// Reads the text in `folder` and trains.
  package func run(
    data folder: String, seed: UInt64, maximum: Int, report: Report
  ) throws -> Lesson {
    let path = URL(filePath: folder).appending(path: file).path(percentEncoded: false)
    let text = try readText(path)
    let length = text.unicodeScalars.count
    if length < 25_000 {
      throw TextError(
        .invalidValue, place: path, found: "\(length) characters", expected: "at least 25,000")
    }
    return try train(text, seed, maximum, report)
  }
}
