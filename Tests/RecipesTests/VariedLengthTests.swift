import Foundation
import Myelin
import Recipes
import Testing

/// Sounds and texts of different lengths.
@Suite(.serialized) struct VariedLengthTests {
  /// Low and high tones, twenty of each, of some numbers of samples.
  static func writeTones(to path: String, lengths: [Int]) throws {
    for (name, frequency) in [("low", 300.0), ("high", 1500.0)] {
      for index in 0..<20 {
        let count = lengths[index % lengths.count] + 13 * index
        let samples = (0..<count).map {
          Float(0.5 * sin(2 * .pi * frequency * Double($0 + index) / 8000))
        }
        func number(_ value: Int, _ width: Int) -> [UInt8] {
          (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let content = samples.flatMap { number(Int($0 * 32_767), 2) }
        let bytes =
          Array("RIFF".utf8) + number(36 + content.count, 4) + Array("WAVEfmt ".utf8)
          + number(16, 4) + number(1, 2) + number(1, 2) + number(8000, 4) + number(16_000, 4)
          + number(2, 2) + number(16, 2) + Array("data".utf8) + number(content.count, 4) + content
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)_\(index).wav"))
      }
    }
  }

  private func sounds(_ path: String, model: String, padding: String = "padding: {}") -> String {
    """
    data:
      source: {wav: {folder: '\(path)', pattern: '{label}_{index}.wav', sample_rate: 8000}}
      split: {test: 0.5}
      \(padding)
      transforms:
        - log_mel: {frequencies: 8, window: 256, hop: 128}
        - standardize
        - frames_first
    model: {layers: [\(model), linear: classes]}
    optimizer: {adam: {learning_rate: 0.02}}
    training: {epochs: 10, batch_size: 8}
    """
  }

  @Test("sounds are learned, and predicted alone as beside longer ones")
  func learnsSounds() throws {
    try RecipeRunTests.inFolder { path in
      try Self.writeTones(to: path, lengths: [1500, 4000, 9000])
      let run = try PreparedRun(
        RecipeRunTests.recipe(sounds(path, model: "gru: {hidden: 8, output: last}")))
      #expect(run.data.features.words == "n×8")
      let folder = RunFolder(path + "/run")
      let trained = try run.train(in: folder)
      let test = try #require(run.data.test)
      #expect(try run.evaluate(trained.model, on: test).values["accuracy"] == 1)

      // In a batch an example stands beside longer ones; a prediction reads it alone.
      let predictor = try Predictor(folder)
      let batch = try #require(try test.batches(epoch: 0, from: 0).next())
      let lengths = try #require(batch.lengths).scalars(as: Int.self)
      #expect(Set(lengths).count > 1)
      let outputs = withoutGradient { run.objective.forward(trained.model, batch) }
      let together = softmax(outputs, along: -1).scalars(as: Float.self)
      for row in 0..<batch.count {
        let alone = withoutGradient { trained.model(batch.inputs[row..<row + 1, 0..<lengths[row]]) }
        let values = softmax(alone, along: -1).scalars(as: Float.self)
        #expect(abs(values[0] - together[2 * row]) < 1e-5)
      }
      #expect(try predictor.predict(path + "/low_7.wav").first?.className == "low")
    }
  }

  @Test(
    "what would mix in the filling is refused",
    arguments: [
      ("global_average_pool", "padding: {}", "takes examples of one length"),
      ("lstm: 4", "padding: {}", "a recurrent layer with output: last makes one answer"),
      ("residual: [linear: 8], gru: {hidden: 4, output: last}", "padding: {}", "residual takes"),
      ("gru: {hidden: 4, output: last}", "", "padding is for different lengths"),
    ])
  func refuses(model: String, padding: String, message: String) throws {
    try RecipeRunTests.inFolder { path in
      try Self.writeTones(to: path, lengths: [1500, 4000, 9000])
      let text = sounds(path, model: model, padding: padding)
      let error = #expect(throws: RecipeError.self) {
        try PreparedRun(RecipeRunTests.recipe(text))
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
  }

  @Test("padding has a place where a time comes first, and nowhere else")
  func refusesPlaces() throws {
    try RecipeRunTests.inFolder { path in
      try Self.writeTones(to: path, lengths: [1500])
      let text = sounds(path, model: "gru: {hidden: 4, output: last}")
      for (part, other, message) in [
        ("    - standardize\n    - frames_first", "    - standardize", "frames_first among"),
        (
          "    - standardize\n    - frames_first", "    - frames_first\n    - standardize",
          "standardize comes before frames_first"
        ),
      ] {
        let error = #expect(throws: RecipeError.self) {
          try PreparedRun(RecipeRunTests.recipe(text.replacing(part, with: other)))
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
      }
      let error = #expect(throws: RecipeError.self) {
        try PreparedRun(
          RecipeRunTests.recipe("data: {source: digits, padding: {}}\nmodel: lenet"))
      }
      #expect(error?.description.contains("is for sounds and texts") == true)
    }
  }

  @Test("texts are told apart by what stands anywhere in them", arguments: ["characters", "bytes"])
  func learnsTexts(tokens: String) throws {
    try RecipeRunTests.inFolder { path in
      var random = RandomScalars(seed: 1)
      var csv = "words,kind\n"
      for row in 0..<120 {
        var text = (0..<(2 + random.integer(below: 12))).map { _ in
          ["a", "b", "c"][random.integer(below: 3)]
        }
        if row % 2 == 0 { text[random.integer(below: text.count)] = "é" }
        csv += "\(text.joined()),\(row % 2 == 0 ? "with" : "without")\n"
      }
      try csv.write(toFile: path + "/t.csv", atomically: true, encoding: .utf8)
      let survey = try DataSurvey(path + "/t.csv")
      #expect(survey.finding == "120 rows with texts and 2 classes")
      #expect(try PreparedRun(RecipeRunTests.recipe(survey.recipe)).data.features.varies)
      let run = try PreparedRun(
        RecipeRunTests.recipe(
          """
          data:
            source: {texts: {file: '\(path)/t.csv', text: words, target: kind, tokens: \(tokens)}}
            split: {test: 0.25}
            order: by_length
          model: {layers: [embedding: 8, gru: {hidden: 16, output: last}, linear: classes]}
          optimizer: {adam: {learning_rate: 0.02}}
          training: {epochs: 40, batch_size: 10}
          """))
      #expect(run.data.features.varies && run.data.features.lengths.count == 1)
      let folder = RunFolder(path + "/run")
      let trained = try run.train(in: folder)
      let evaluation = try run.evaluate(
        trained.model, on: try #require(run.data.test), ranking: 3)
      #expect(try #require(evaluation.values["accuracy"]) > 0.9)
      #expect(run.report(evaluation, of: "test").best.allSatisfy { !$0.caption.isEmpty })

      let predictor = try Predictor(folder)
      #expect(!predictor.writesText)
      #expect(try predictor.predict(text: "abcé").className == "with")
      #expect(try predictor.predict(text: "").values.count == 2)
      #expect(try predictor.predict(path + "/t.csv").count == 120)
      try "abc\nébc\n".write(toFile: path + "/t.txt", atomically: true, encoding: .utf8)
      #expect(try predictor.predict(path + "/t.txt").map(\.className) == ["without", "with"])
    }
  }
}
