import Foundation
import Myelin
import Recipes
import Testing

/// Worst and best examples of a test, with pictures.
@Suite(.serialized) struct ExamplesTests {
  /// One pass over the test part with a model that has learned little.
  private func report(_ text: String, in path: String) throws -> (ReportEvaluation, PreparedRun) {
    let run = try PreparedRun(RecipeRunTests.recipe(text))
    let test = try #require(run.data.test)
    let evaluation = try run.evaluate(run.makeModel(), on: test, ranking: 12)
    return (run.report(evaluation, of: "test"), run)
  }

  @Test("pictures in memory are shown as they are, with the place at which they stand")
  func showsDigits() throws {
    try RecipeRunTests.inFolder { path in
      let (report, run) = try report(RecipeRunTests.digits, in: path)
      #expect(report.worst.count == 12 && report.best.count == 12)
      #expect(report.worst[0].loss > report.worst[11].loss)
      #expect(report.best[0].loss < report.worst[0].loss)
      let digits = try Digits.load()
      for example in report.worst {
        let place = try #require(Int(example.caption.dropFirst("example ".count)))
        #expect(run.data.parts[2].places.contains(place))
        let shown = try Image(fileBytes: try #require(example.picture), name: "picture")
        #expect(shown == (try digits.example(at: place).value))
        #expect(example.actual == "\(digits.classes[place])")
      }
    }
  }

  @Test("skipped files shift no other; large pictures become small; captions are paths")
  func showsFiles() throws {
    try RecipeRunTests.inFolder { path in
      for (label, name) in ["dark", "light"].enumerated() {
        try FileManager.default.createDirectory(
          atPath: "\(path)/p/\(name)", withIntermediateDirectories: true)
        for number in 0..<10 {
          let pixels = [UInt8](repeating: UInt8(200 * label + 5 * number), count: 200 * 100)
          var bytes = Image(height: 200, width: 100, channels: 1, pixels: pixels).png
          if number == 3 { bytes.removeLast(40) }
          try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/p/\(name)/\(number).png"))
        }
      }
      let (report, run) = try report(
        """
        data:
          source: {images: {folder: '\(path)/p', channels: grey}}
          split: {test: 0.9}
          failures: skip
          transforms: [resize: [4, 4]]
        model: {mlp: {hidden: []}}
        """, in: path)
      #expect(report.worst.count >= 10)
      #expect(run.data.skipped.values.allSatisfy { $0.file.hasSuffix("3.png") })
      #expect(run.data.skipped.keys.allSatisfy { $0 % 10 == 3 } && !run.data.skipped.isEmpty)
      let tested = run.data.skipped(testing: "test")
      #expect(tested.count == run.data.parts[2].places.count { $0 % 10 == 3 } && !tested.isEmpty)
      for example in report.worst + report.best {
        #expect(example.caption.contains("/\(example.actual)/"))
        #expect(!example.caption.hasSuffix("3.png"))
        let shown = try Image(fileBytes: try #require(example.picture), name: "picture")
        #expect(shown.height == 160 && shown.width == 80)
        let number = try #require(Int(example.caption.suffix(5).prefix(1)))
        let level = (example.actual == "light" ? 200 : 0) + 5 * number
        #expect(shown.pixels.allSatisfy { Int($0) == level })
      }
    }
  }

  @Test("sounds are shown by pitch and time, rows of tables by their values")
  func showsOthers() throws {
    try RecipeRunTests.inFolder { path in
      try VariedLengthTests.writeTones(to: path, lengths: [2000, 3000])
      let (sounds, _) = try report(
        """
        data:
          source: {wav: {folder: '\(path)', pattern: '{label}_{index}.wav', sample_rate: 8000}}
          split: {test: 0.5}
          transforms: [fixed_length: 2048, log_mel: {frequencies: 16, window: 256, hop: 128}]
        model: {audio-cnn: {channels: [4]}}
        """, in: path)
      let first = try #require(sounds.worst.first)
      #expect(first.caption.hasSuffix(".wav"))
      let picture = try Image(fileBytes: try #require(first.picture), name: "picture")
      #expect(picture.height == 40 && picture.width <= 160)
      // A tone is loud at one pitch and hardly anywhere else.
      let rows = (0..<40).map { row in
        picture.pixels[row * picture.width..<(row + 1) * picture.width].reduce(0) { $0 + Int($1) }
      }
      #expect(try #require(rows.max()) > 3 * rows.reduce(0, +) / 40)

      let csv = path + "/t.csv"
      try RecipeRunTests.table().write(toFile: csv, atomically: true, encoding: .utf8)
      let (rowsOfTable, _) = try report(
        """
        data:
          source: {csv: {file: '\(csv)', target: sign, drop: [y]}}
          split: {test: 0.2}
        model: {mlp: {hidden: []}}
        """, in: path)
      let caption = try #require(rowsOfTable.worst.first).caption
      #expect(caption.contains(": a=") && caption.contains("colour="), "\(caption)")
      #expect(rowsOfTable.worst.allSatisfy { $0.picture == nil })
    }
  }

  @Test("the ranking costs no second pass and changes no value")
  func measuresTheSame() throws {
    let run = try PreparedRun(RecipeRunTests.recipe(RecipeRunTests.digits))
    let (model, test) = (run.makeModel(), try #require(run.data.test))
    let plain = try run.evaluate(model, on: test)
    #expect(try run.evaluate(model, on: test, ranking: 12).values == plain.values)
    #expect(run.report(plain, of: "test").worst.isEmpty)
  }
}
