import Foundation
import Myelin
import Recipes
import Testing

/// What is done with a model after training: with what the run has saved of its data.
@Suite(.serialized) struct EvaluationTests {
  /// Rows of two columns, a number around `center` and a word, and a class.
  static func table(
    center: Double, words: [String] = ["red", "blue"], classes: [String] = ["no", "yes"]
  ) -> String {
    var text = "a,colour,sign\n"
    for row in 0..<60 {
      let label = row % classes.count
      text += "\(center + Double(label * 4) + Double(row % 5)),\(words[row % words.count]),"
      text += "\(classes[label])\n"
    }
    return text
  }

  static func recipe(_ csv: String, _ rest: String = "") throws -> Recipe {
    try .reading(
      """
      data:
        source: {csv: {file: '\(csv)', target: sign}}
        split: {test: 0.3}
        transforms: [standardize]
      model: {mlp: {hidden: [8]}}
      optimizer: {adam: {learning_rate: 0.05}}
      training: {epochs: 15, batch_size: 10}
      \(rest)
      """)
  }

  @Test("other data are standardized, encoded and numbered as those of training were")
  func usesFacts() throws {
    try RecipeFolder.with { folder in
      let first = try folder.write("first.csv", Self.table(center: 0))
      let prepared = try PreparedRun(Self.recipe(first))
      let run = RunFolder(folder.path + "/run")
      _ = try prepared.train(in: run)
      let facts = try RunFiles(run).facts()

      // One class is missing, one word is new, and all numbers are far away.
      let second = try folder.write(
        "second.csv", Self.table(center: 1000, words: ["red", "green", "blue"], classes: ["yes"]))
      let other = try PreparedRun(Self.recipe(second), using: facts)
      #expect(other.data.facts == facts)
      #expect(other.data.features == Features([3]))
      let batch = try #require(
        try other.data.plainTraining.batches(epoch: 0, from: 0).next())
      #expect(batch.targets.scalars(as: Int.self).allSatisfy { $0 == 1 })
      // Fitted anew they would lie around 0.
      #expect(batch.inputs.prefix(1, along: 1).min().item() > 100)
      let test = try #require(other.data.test)
      let model = try RunFiles(run).model(.last)
      #expect(try other.evaluate(model, on: test).values["accuracy"] != nil)
    }
  }

  @Test("data of which the model knows nothing are refused")
  func refusesOthers() throws {
    try RecipeFolder.with { folder in
      let first = try folder.write("first.csv", Self.table(center: 0))
      let prepared = try PreparedRun(Self.recipe(first))
      let facts = prepared.data.facts
      let maybe = try folder.write(
        "maybe.csv", Self.table(center: 0, classes: ["no", "maybe"]))
      let unknown = #expect(throws: RecipeError.self) {
        try PreparedRun(Self.recipe(maybe), using: facts)
      }
      #expect(
        unknown?.description.contains(
          "the class maybe, which the model has not learned; it knows no, yes") == true)
      let lacking = try folder.write("lacking.csv", "b,sign\n1,no\n2,yes\n")
      #expect(throws: DatasetError.self) { try PreparedRun(Self.recipe(lacking), using: facts) }
      let digits = #expect(throws: RecipeError.self) {
        try PreparedRun(
          .reading("data: {source: digits}\nmodel: {mlp: {}}\n"), using: facts)
      }
      #expect(digits?.description.contains("the class 0, which the model has not") == true)
    }
  }

  @Test("pictures are numbered by the names of their folders")
  func renumbersPictures() throws {
    try RecipeFolder.with { folder in
      func recipe(_ path: String) throws -> Recipe {
        try .reading(
          "data: {source: {images: {folder: '\(path)', channels: grey}}}\nmodel: {mlp: {}}\n")
      }
      let all = try folder.pictures("all", sizes: [8, 8, 8])
      let facts = try PreparedRun(recipe(all)).data.facts
      let dark = try folder.pictures("dark", sizes: [8, 8], classes: ["dark"])
      let data = try PreparedRun(recipe(dark), using: facts).data
      #expect(data.targets == .classes(2) && data.labels == [1, 1])
      let batch = try #require(try data.plainTraining.batches(epoch: 0, from: 0).next())
      #expect(batch.targets.scalars(as: Int.self) == [1, 1])
    }
  }

  @Test("without a validation part the last model counts, with one the best", arguments: [0, 0.2])
  func choosesCheckpoint(validation: Double) throws {
    try RecipeFolder.with { folder in
      let text = """
        data: {source: digits, split: {validation: \(validation), test: 0.2}}
        model: {mlp: {hidden: [8]}}
        training: {epochs: 3, batch_size: 64}
        """
      let prepared = try PreparedRun(.reading(text))
      let run = RunFolder(folder.path + "/run")
      _ = try prepared.train(in: run)
      #expect(FileManager.default.fileExists(atPath: run.checkpointPath(.best)))
      #expect(RunFiles(run).bestSlot == (validation == 0 ? .last : .best))
      let recipe = folder.path + "/run/recipe.yaml"
      try FileManager.default.removeItem(atPath: recipe)
      #expect(RunFiles(run).bestSlot == .best)
    }
  }

  @Test("a run that is recorded nowhere gives the model that validation has chosen, too")
  func keepsBestInMemory() throws {
    try RecipeFolder.with { folder in
      // So large a rate that the last epoch is not the best one.
      let text = """
        data: {source: digits, split: {validation: 0.2}, transforms: [standardize]}
        model: {mlp: {hidden: [16]}}
        optimizer: {sgd: {learning_rate: 1.5}}
        training: {epochs: 6, batch_size: 32, seed: 2, best: loss}
        """
      let prepared = try PreparedRun(.reading(text))
      let run = RunFolder(folder.path + "/run")
      let recorded = try prepared.train(in: run)
      let best = try #require(recorded.ending.best)
      try #require(best.step < recorded.ending.progress.step)
      func numbers(_ model: RecipeModel) -> [[Float]] {
        model.namedTensors.map { $0.tensor.scalars(as: Float.self) }
      }
      let expected = numbers(try RunFiles(run).model(.best))
      #expect(numbers(try prepared.train(in: nil).model) == expected)
      #expect(numbers(recorded.model) != expected)
    }
  }

  @Test("the training part is tested in its order, whole and as it is")
  func testsTraining() throws {
    let prepared = try PreparedRun(
      .reading(
        """
        data:
          source: digits
          order: balanced
          augmentation: [random_crop: {size: 8, padding: 2}]
        model: {mlp: {}}
        training: {batch_size: 100, drop_last: true}
        """))
    let loader = prepared.data.plainTraining
    #expect(loader.exampleCount == 1797 && prepared.data.training.exampleCount == 1700)
    let batch = try #require(try loader.batches(epoch: 0, from: 0).next())
    let digits = try Digits.load()
    #expect(batch.targets.scalars(as: Int.self) == Array(digits.classes.prefix(100)))
    let images = digits.selecting(Array(0..<100)).images
    #expect(abs(batch.inputs - images).max().item() < 0.01)
  }
}
