import Foundation
import Myelin
import Recipes
import Testing

/// What is read of a run's folder, and what is written beside the log.
@Suite(.serialized) struct RunFilesTests {
  private static let short = RecipeRunTests.digits.replacing("epochs: 10", with: "epochs: 2")

  @Test("a damaged checkpoint is named, whoever reads it")
  func namesDamage() throws {
    try RecipeRunTests.inFolder { path in
      let folder = RunFolder(path + "/run")
      _ = try PreparedRun(RecipeRunTests.recipe(Self.short)).train(in: folder)
      let url = URL(fileURLWithPath: folder.checkpointPath(.best))
      var bytes = try Data(contentsOf: url)
      // A weight's lowest byte: the file is still sound safetensors.
      bytes[bytes.count - 4] ^= 1
      try bytes.write(to: url)
      #expect(throws: Never.self) { try SafeTensors(contentsOf: url.path) }
      let read = #expect(throws: TrainingError.self) { try RunFiles(folder).model(.best) }
      #expect(read?.reason == .damagedCheckpoint && read?.place == url.path)
      let predicted = #expect(throws: TrainingError.self) { try Predictor(folder) }
      #expect(predicted?.reason == .damagedCheckpoint)
      _ = try Predictor(folder, checkpoint: .last)
    }
  }

  @Test("the first bytes of a file, not its name, say how it is read")
  func readsByContents() throws {
    try RecipeRunTests.inFolder { path in
      let folder = RunFolder(path + "/run")
      _ = try PreparedRun(RecipeRunTests.recipe(Self.short)).train(in: folder)
      let predictor = try Predictor(folder)
      let image = try Digits.load().example(at: 3).value
      var values: [[Double]] = []
      for name in ["a.PNG", "b.JPG", "c"] {
        try Data(image.png).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        values.append(try #require(try predictor.predict("\(path)/\(name)").first).values)
      }
      #expect(values[0] == values[1] && values[0] == values[2])
      let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8]
      try Data(idx + image.pixels + image.pixels).write(to: URL(fileURLWithPath: path + "/d.png"))
      let both = try predictor.predict(path + "/d.png").map(\.values)
      #expect(both.count == 2)
      #expect(both.allSatisfy { zip($0, values[0]).allSatisfy { abs($0 - $1) < 1e-5 } })
      for (name, bytes) in [("e.idx", Array("GIF89a".utf8)), ("f.png", [])] {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        let error = #expect(throws: DatasetError.self) { try predictor.predict("\(path)/\(name)") }
        #expect(error?.reason == .unknownFormat)
      }
    }
  }

  @Test("what a run reached is kept, also where it is no number; another file is named")
  func keepsTestResult() throws {
    try RecipeRunTests.inFolder { path in
      let run = try PreparedRun(RecipeRunTests.recipe(Self.short))
      let evaluation = try run.evaluate(run.makeModel(), on: run.data.training)
      let files = RunFiles(RunFolder(path))
      #expect(try files.testResult() == nil)
      try files.write(TestResult(evaluation))
      let found = try #require(try files.testResult())
      #expect(found.values == evaluation.values && found.examples == evaluation.examples)
      for text in ["{}", #"{"values":{"loss":"nan"},"examples":3}"#] {
        try text.write(toFile: files.testPath, atomically: true, encoding: .utf8)
        if text == "{}" {
          let error = #expect(throws: RecipeError.self) { try files.testResult() }
          #expect(error?.file == files.testPath)
        } else {
          #expect(try files.testResult()?.values["loss"]?.isNaN == true)
        }
      }
    }
  }

  @Test("with weights of classes a batch weighs what its targets do")
  func weighsClasses() throws {
    let run = try PreparedRun(
      RecipeRunTests.recipe(
        Self.short + "\nloss: {cross_entropy: {class_weights: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}}\n"))
    let (model, objective) = (run.makeModel(), run.objective)
    func loss(_ places: [Int]) -> (weight: Double, loss: Double) {
      let batch = SampleBatch(
        inputs: stack(places.map { Tensor.full([1, 8, 8], Double($0) / 16) }),
        targets: Tensor(places))
      return (
        objective.weight?(batch) ?? 0, objective.loss(objective.forward(model, batch), batch).item()
      )
    }
    let (first, second, whole) = (loss([1, 2]), loss([9, 0, 3]), loss([1, 2, 9, 0, 3]))
    #expect(first.weight == 3 && second.weight == 12 && whole.weight == 15)
    let mean = (3 * first.loss + 12 * second.loss) / 15
    #expect(abs(mean - whole.loss) < 1e-5)
  }

  @Test("JSON has no number that is not finite")
  func writesNull() {
    let value: JSONValue = ["a": .number(.nan), "b": .list([.number(.infinity), .number(1.5)])]
    #expect(value.rendered() == #"{"a":null,"b":[null,1.5]}"#)
  }

  @Test("numbers of recipes are numbers for readers of YAML 1.1, too")
  func writesPlainNumbers() throws {
    // 1e-3 is a text there: its form of a number needs a point, and a sign before the exponent.
    let exponent = try Regex(#"(^|[^\w.])[0-9]+[eE][-+]?[0-9]"#)
    for name in Shipped.names {
      #expect(Shipped.text(name)?.firstMatch(of: exponent) == nil, "\(name)")
    }
    #expect(Form.reference.firstMatch(of: exponent) == nil)
    try RecipeRunTests.inFolder { path in
      let csv = path + "/t.csv"
      try RecipeRunTests.table().write(toFile: csv, atomically: true, encoding: .utf8)
      let recipe = try DataSurvey(csv).recipe.replacing(path, with: "data")
      #expect(recipe.firstMatch(of: exponent) == nil)
    }
  }
}
