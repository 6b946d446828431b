import Myelin
import Recipes
import Testing

@Suite(.serialized) struct MixingTests {
  static func recipe(_ transform: String, _ rest: String = "") throws -> Recipe {
    try .reading(
      """
      data: {source: digits, split: {validation: 0.2}, augmentation: [\(transform)]}
      model: {mlp: {hidden: [32]}}
      optimizer: {adam: {learning_rate: 0.01}}
      metrics: [accuracy, top_5, f1, roc_auc, perplexity]
      training: {epochs: 4, batch_size: 64}
      \(rest)
      """)
  }

  @Test(
    "mixed examples are learned from",
    arguments: ["mixup", "cutmix", "mixup: {alpha: 1}, cutmix"])
  func trains(transform: String) throws {
    let prepared = try PreparedRun(Self.recipe(transform))
    let trained = try prepared.train(in: nil)
    #expect(trained.ending.reason == .finished)
    #expect((trained.ending.best?.value ?? 0) > 0.7)
    let check = try prepared.check(batches: 2, overfits: true)
    #expect(check.overfitting?.succeeded == true)
  }

  @Test(
    "losses and targets that cannot be mixed are refused",
    arguments: [
      ("loss: focal", "mixup makes probabilities of classes, which the loss focal does not take"),
      ("loss: hinge", "mixup makes probabilities of classes, which the loss hinge does not take"),
    ])
  func refuses(line: String, part: String) throws {
    let error = #expect(throws: RecipeError.self) { try PreparedRun(Self.recipe("mixup", line)) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("test.yaml:1:") == true)
  }

  @Test("numbers and tokens are not mixed")
  func refusesTargets() throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", "a,y\n1,2\n2,3\n3,5\n4,6.5\n")
      let text = try folder.write("t.txt", String(repeating: "abcde ", count: 40))
      for source in [
        "csv: {file: '\(csv)', target: y, task: regression}", "text: {file: '\(text)', context: 8}",
      ] {
        let error = #expect(throws: RecipeError.self) {
          try PreparedRun(
            .reading("data: {source: {\(source)}, augmentation: [mixup]}\nmodel: {mlp: {}}\n"))
        }
        #expect(error?.description.contains("mixup mixes classes, but the data's targets") == true)
      }
    }
  }
}
