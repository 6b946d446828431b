import Examples
import Foundation
import Myelin
import Testing

/// A training of some steps, and what it must reach by then.
struct Shortened: Sendable, CustomTestStringConvertible {
  let name: String
  let steps: Int
  let largestLoss: Double
  var testDescription: String { "\(name), \(steps) steps" }
}

@Suite struct LanguageModelTests {
  static let data = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data").standardizedFileURL.path(percentEncoded: false)

  // Counting letters alone reaches 3.3 on Shakespeare, and 2.8 on the names.
  static let shortened = [
    Shortened(name: "shakespeare-gpt", steps: 100, largestLoss: 2.65),
    Shortened(name: "shakespeare-lstm", steps: 40, largestLoss: 3.1),
    Shortened(name: "names", steps: 300, largestLoss: 2.4),
  ]

  @Test("every language model is expected, and there is none besides")
  func isComplete() {
    #expect(Self.shortened.map(\.name) == TextExample.all.map(\.name))
  }

  @Test(
    "learns from the first steps on, says so, and fits 80 columns",
    .enabled(if: FileManager.default.fileExists(atPath: data), "no texts at \(data)"),
    arguments: shortened)
  func learns(_ expected: Shortened) throws {
    let example = try #require(TextExample.named(expected.name))
    var reported: [String] = []
    let lesson = try example.run(data: Self.data, seed: 1, maximum: expected.steps) {
      reported.append($0)
    }
    let outcome = lesson.outcome
    #expect(outcome.loss <= expected.largestLoss && !outcome.hasConverged)
    #expect(outcome.iterations == expected.steps && lesson.curve.training.count == expected.steps)
    for line in (outcome.lines + reported + outcome.ending.split(separator: "\n").map(String.init))
    {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(lesson.curve.svg(title: expected.name).hasPrefix("<svg "))
  }

  @Test("a folder without the text, and a text that is none")
  func rejects() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "names.txt")
    let names = try #require(TextExample.named("names"))
    func error() -> TextError? {
      #expect(throws: TextError.self) {
        try names.run(data: folder.path(percentEncoded: false), seed: 1, maximum: 1) { _ in }
      }
    }
    #expect(error()?.reason == .unreadableFile)
    try Data(repeating: 0xFF, count: 30_000).write(to: file)
    #expect(error()?.reason == .invalidUTF8)
    try Data("emma\n".utf8).write(to: file)
    #expect(error()?.found == "5 characters")
    try Data(repeating: 0x61, count: 30_000).write(to: file)
    #expect(error()?.found == "1 of up to 30000 letters")
  }

  @Test("a text of a single line is learned and continued too")
  func oneLine() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(String(repeating: "ab", count: 15_000).utf8).write(
      to: folder.appending(path: "tinyshakespeare.txt"))
    let example = try #require(TextExample.named("shakespeare-lstm"))
    let lesson = try example.run(
      data: folder.path(percentEncoded: false), seed: 1, maximum: 1
    ) { _ in }
    #expect(lesson.outcome.iterations == 1)
  }

  @Test("a curve is drawn from its largest loss to its least")
  func draws() {
    var curve = LossCurve()
    curve.training = [4, 3, 2, 1]
    curve.validation = [(step: 2, loss: 4), (step: 4, loss: 2.5)]
    #expect(
      curve.figure(width: 12, height: 4) == [
        "  4.000 │·     ●", "  3.000 │   ·", "  2.000 │      ·    ●", "  1.000 │         ·",
        "        └────────────", "         0    4 steps", "         · training, ● validation",
      ])
    #expect(LossCurve().figure().isEmpty)
    let svg = curve.svg(title: "four steps")
    #expect(svg.contains("four steps: training loss grey"))
    #expect(svg.contains("points=\"335.0,36.0 620.0,158.0\""))
  }

  @Test("a curve with losses that are no numbers is drawn without them")
  func drawsDivergence() {
    var curve = LossCurve()
    curve.training = [4, .nan, 2, .infinity]
    curve.validation = [(step: 2, loss: .nan), (step: 4, loss: 3)]
    #expect(
      curve.figure(width: 12, height: 3).prefix(3) == [
        "  4.000 │·", "  3.000 │           ●", "  2.000 │      ·",
      ])
    let svg = curve.svg(title: "divergence")
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    curve.training = [.nan]
    curve.validation = []
    #expect(curve.figure().isEmpty)
    #expect(curve.svg(title: "nothing").contains("nothing"))
  }
}
