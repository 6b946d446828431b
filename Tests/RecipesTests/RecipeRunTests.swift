import Foundation
import Myelin
import Recipes
import Testing

/// Recipes from their text to a trained model.
@Suite(.serialized) struct RecipeRunTests {
  static func recipe(_ text: String) throws -> Recipe {
    try Recipe(RecipeFile(text: text, name: "test.yaml"))
  }

  /// A folder that is removed at the end.
  static func inFolder(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "recipes-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static let digits = """
    name: small
    data:
      source: digits
      split: {test: 0.2, validation: 0.1}
      transforms: [standardize]
    model: {mlp: {hidden: [32]}}
    optimizer: {adam: {learning_rate: 3e-3}}
    metrics: [accuracy]
    training: {epochs: 10, batch_size: 64, seed: 3}

    """

  @Test("digits are learned, recorded, tested and predicted")
  func trains() throws {
    try Self.inFolder { path in
      let run = try PreparedRun(Self.recipe(Self.digits))
      #expect(run.data.features == Features([1, 8, 8]) && run.data.targets == .classes(10))
      let folder = RunFolder(path + "/run")
      let trained = try run.train(in: folder)
      #expect(trained.ending.reason == .finished)
      let test = try #require(run.data.test)
      let accuracy = try run.evaluate(trained.model, on: test).values["accuracy"] ?? 0
      #expect(accuracy > 0.9)

      let files = RunFiles(folder)
      let loaded = try files.model(.last)
      let again = try run.evaluate(loaded, on: test)
      #expect(
        again.values["accuracy"] == accuracy && again.confusionMatrix?.total == again.examples)
      #expect(try files.recipe().file.text == Self.digits)
      #expect(throws: RecipeError.self) { try run.train(in: folder) }
    }
  }

  @Test("a run that is stopped and goes on ends in the same bits")
  func resumes() throws {
    try Self.inFolder { path in
      let run = try PreparedRun(Self.recipe(Self.digits))
      let whole = try run.train(in: RunFolder(path + "/whole"))
      let parts = RunFolder(path + "/parts")
      let counter = Counter()
      let first = try run.train(in: parts, isInterrupted: { counter.next() == 30 })
      #expect(first.ending.reason == .interrupted)
      let second = try PreparedRun(RunFiles(parts).recipe()).train(in: parts, resuming: true)
      #expect(second.ending.reason == .finished)
      let states = [whole.model, second.model].map { model in
        model.namedTensors.map { $0.tensor.to(.float64).scalars(as: Double.self) }
      }
      #expect(states[0] == states[1])
    }
  }

  private final class Counter {
    private var count = 0
    func next() -> Int {
      count += 1
      return count
    }
  }

  /// y = 2a − b + noise, and a class of its sign, in two hundred rows.
  static func table() -> String {
    var random = RandomScalars(seed: 1)
    var text = "a,b,colour,y,sign\n"
    for _ in 0..<200 {
      let (a, b) = (random.uniform(-1, 1), random.uniform(10, 30))
      let colour = random.bernoulli(0.5) ? "red" : "blue"
      let y = 2 * a - 0.1 * (b - 20) + (colour == "red" ? 1 : -1)
      text += "\(a),\(b),\(colour),\(y),\(y > 0 ? "yes" : "no")\n"
    }
    return text
  }

  @Test("tables give regression and classes, and predictions in their own columns")
  func trainsTables() throws {
    try Self.inFolder { path in
      let csv = path + "/t.csv"
      try Self.table().write(toFile: csv, atomically: true, encoding: .utf8)
      for (target, task, drop) in [("y", "regression", "sign"), ("sign", "classification", "y")] {
        let run = try PreparedRun(
          Self.recipe(
            """
            data:
              source:
                csv: {file: '\(csv)', target: \(target), task: \(task), drop: [\(drop)]}
              split: {folds: 5, fold: 1}
              transforms: [standardize]
            model: {mlp: {hidden: []}}
            optimizer: {adam: {learning_rate: 0.05}}
            training: {epochs: 30, batch_size: 20}
            """))
        #expect(run.data.features == Features([4]))
        #expect(run.data.parts.map(\.places.count) == [160, 0, 40])
        let folder = RunFolder("\(path)/\(target)")
        let trained = try run.train(in: folder)
        let values = try run.evaluate(trained.model, on: try #require(run.data.test)).values
        #expect((values["r2"] ?? values["accuracy"] ?? 0) > 0.9)
        let predictions = try Predictor(folder).predict(csv)
        #expect(predictions.count == 200)
        #expect(task == "regression" || predictions.contains { $0.className == "yes" })
      }
    }
  }

  @Test("language models learn a text and go on with it")
  func trainsText() throws {
    try Self.inFolder { path in
      let file = path + "/t.txt"
      try String(repeating: "abcde ", count: 300).write(
        toFile: file, atomically: true, encoding: .utf8)
      let run = try PreparedRun(
        Self.recipe(
          """
          data:
            source: {text: {file: '\(file)', context: 12}}
            split: {validation: 0.1, by: time}
          model: {lstm-lm: {width: 8, hidden: 24, layers: 1}}
          optimizer: {adam: {learning_rate: 0.02}}
          training: {epochs: 20, batch_size: 16}
          """))
      #expect(run.data.features == Features([12], vocabulary: 6))
      let folder = RunFolder(path + "/run")
      _ = try run.train(in: folder)
      let predictor = try Predictor(folder)
      #expect(
        try predictor.continuation(of: "ab", length: 10, temperature: 0, seed: 1) == "cde abcde ")
      #expect(throws: RecipeError.self) {
        try predictor.continuation(of: "x", length: 1, temperature: 0, seed: 1)
      }
    }
  }

  @Test(
    "what fits only one by one is an error",
    arguments: [
      (
        "loss: mse",
        "test.yaml:3:7: loss.mse: mse is for numbers, but the data's targets are classes"
      ),
      (
        "metrics: [r2]",
        "test.yaml:3:11: metrics[0]: r2 is for numbers, but the data's targets are classes"
      ),
      (
        "loss: {cross_entropy: {class_weights: [1, 2]}}",
        "has 2 class weights, but the data have 10 classes"
      ),
      ("training: {best: f1}", "found f1, expected loss or one of the metrics: accuracy"),
      (
        "schedule: {plateau: {metric: f1}}",
        "found f1, expected loss or one of the metrics: accuracy"
      ),
    ])
  func refuses(line: String, part: String) {
    let text = "data: {source: digits}\nmodel: {mlp: {}}\n\(line)\n"
    let error = #expect(throws: RecipeError.self) { try PreparedRun(Self.recipe(text)) }
    #expect(
      error?.description.contains(part.replacing("loss.mse: ", with: "loss: ")) == true,
      "\(error?.description ?? "")")
  }

  @Test("the last layer must give what the loss takes")
  func refusesOutputs() {
    let text = "data: {source: digits}\nmodel: {layers: [flatten, linear: 7]}\n"
    let error = #expect(throws: RecipeError.self) { try PreparedRun(Self.recipe(text)) }
    #expect(
      error?.description
        == "test.yaml:2:8: model: ends in 7 for each example, but the data ask for 10")
  }

  @Test("a batch of one example is refused where batch_norm could not learn of it")
  func refusesSingles() {
    let text = """
      data: {source: digits}
      model: {mlp: {hidden: [8], batch_norm: true}}
      training: {batch_size: 449}
      """
    let error = #expect(throws: RecipeError.self) { try PreparedRun(Self.recipe(text)) }
    #expect(error?.description.contains("drop_last: true leaves it out") == true)
  }
}
