import Recipes
import Testing

/// What is wrong with a recipe is said with its line, column, keys and the nearest valid name.
@Suite struct RecipeErrorTests {
  /// A whole recipe of which one section is replaced.
  static func recipe(
    data: String = "  source: digits", model: String = "  layers: [flatten, linear: classes]",
    rest: String = ""
  ) -> String {
    "data:\n\(data)\nmodel:\n\(model)\n\(rest)"
  }

  static func message(_ text: String) -> String {
    do throws(RecipeError) {
      _ = try Recipe(RecipeFile(text: text, name: "r.yaml"))
      return "no error"
    } catch {
      return error.description
    }
  }

  static let mistakes: [(text: String, message: String)] = [
    ("", "r.yaml: found no recipe: it is empty"),
    ("3", "r.yaml:1:1: found 3, expected a mapping with keys"),
    (
      "model: lenet",
      "r.yaml:1:1: lacks the key data: a mapping with keys"
    ),
    (
      recipe(rest: "trainning: {epochs: 3}"),
      "r.yaml:5:1: trainning: unknown key 'trainning'; nearest: training"
    ),
    (
      recipe(rest: "training: {epochs: 0}"),
      "r.yaml:5:20: training.epochs: found 0, expected an integer in 1 … 1000000"
    ),
    (
      recipe(rest: "training: {epochs: many}"),
      "r.yaml:5:20: training.epochs: found many, expected an integer in 1 … 1000000"
    ),
    (
      recipe(rest: "training: {epochs: '3'}"),
      "r.yaml:5:20: training.epochs: found the text \"3\", expected an integer in 1 … 1000000"
    ),
    (
      recipe(rest: "training: {precision: bfloat61}"),
      "r.yaml:5:23: training.precision: found bfloat61, expected one of float32, bfloat16, "
        + "float16; nearest: bfloat16"
    ),
    (
      recipe(rest: "optimizer: {adamv: {}}"),
      "r.yaml:5:13: optimizer: unknown optimizer 'adamv'; nearest: adam"
    ),
    (
      recipe(rest: "optimizer: sgd"),
      "r.yaml:5:12: optimizer.sgd: lacks the key learning_rate: a number from 0 on"
    ),
    (
      recipe(rest: "optimizer: {adam: {learning_rate: -1}}"),
      "r.yaml:5:35: optimizer.adam.learning_rate: found -1, expected a number from 0 on"
    ),
    (
      recipe(rest: "optimizer: {adam: {learning_rate: .nan}}"),
      "r.yaml:5:35: optimizer.adam.learning_rate: found .nan, expected a number from 0 on"
    ),
    (
      recipe(rest: "training: {time_limit: 1e30}"),
      "r.yaml:5:24: training.time_limit: found 1e30, expected a number above 0 … 100000000"
    ),
    (
      recipe(rest: "loss: {mse: {}, mae: {}}"),
      "r.yaml:5:7: loss: found 2 keys (mse, mae), expected one: the loss's name, with its options "
        + "below it"
    ),
    (
      recipe(model: "  layers:\n    - conv2d: {channels: 8, kernl: 3}"),
      "r.yaml:5:15: model.layers[0].conv2d: lacks the key kernel: an integer in 1 … 1024, or "
        + "a list of 1 … 3 items, each an integer in 1 … 1024\n"
        + "r.yaml:5:29: model.layers[0].conv2d.kernl: unknown key 'kernl'; nearest: kernel"
    ),
    (
      recipe(rest: "metrics: [acuracy]"),
      "r.yaml:5:11: metrics[0]: found acuracy, expected one of accuracy, top_5, precision, recall, f1, "
        + "roc_auc, average_precision, perplexity, mse, mae, r2; nearest: accuracy"
    ),
    (
      recipe(rest: "training: {epochs: 3, steps: 10}"),
      "r.yaml:5:30: training.steps: is the length of the run as epochs is; one of them is enough"
    ),
    (
      recipe(data: "  source: digits\n  split: {validation: 0.5, test: 0.5}"),
      "r.yaml:3:10: data.split: leaves nothing to train on: validation and test together are 1 or "
        + "more"
    ),
    (
      recipe(rest: "training: {epochs: 0, batch_size: 0}\nschedule: cosin"),
      "r.yaml:5:20: training.epochs: found 0, expected an integer in 1 … 1000000\n"
        + "r.yaml:5:35: training.batch_size: found 0, expected an integer in 1 … 1000000\n"
        + "r.yaml:6:11: schedule: unknown schedule 'cosin'; nearest: cosine"
    ),
  ]

  @Test("wrong recipes", arguments: mistakes)
  func words(text: String, expected: String) {
    #expect(Self.message(text) == expected)
  }

  @Test(
    "texts that are no recipe of a sound size",
    arguments: [
      ("a: 1\n\tb: 2", "r.yaml:2:1: not YAML"), ("a: [1, 2", "not YAML"), ("a: 1\na: 2", "twice"),
      ("a: *b", "undefined alias"), ("- a\n---\n- b", "another document"),
      (String(repeating: "[", count: 100) + String(repeating: "]", count: 100), "32 levels"),
      (String(repeating: "[", count: 100_000), "not YAML"),
      (String(repeating: "x", count: 1 << 20 + 1), "bytes, expected at most"),
      ("[" + String(repeating: "1,", count: 60_000) + "1]", "more than 50000 values"),
      ("? [a]\n: 1", "as a key, expected a word"),
    ])
  func refuses(text: String, part: String) {
    let message = Self.message(text)
    #expect(message.contains(part), "\(message.prefix(300))")
  }

  @Test("aliases of aliases are refused before they are followed")
  func refusesBombs() {
    var text = "a0: &a0 [x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(Self.message(text).contains("more than 16 aliases"))
    #expect(Self.message(text + "? *a9\n: 1").contains("more than 16 aliases"))
  }

  @Test("a few aliases are values like others")
  func followsAliases() throws {
    let text = Self.recipe(rest: "training: {epochs: &n 3, batch_size: *n}")
    let recipe = try Recipe(RecipeFile(text: text, name: "r.yaml"))
    #expect(recipe.epochs == 3 && recipe.batchSize == 3)
  }

  @Test("missing and unreadable files are named")
  func readsFiles() {
    let error = #expect(throws: RecipeError.self) { try RecipeFile(contentsOf: "/nowhere/r.yaml") }
    #expect(error?.description.hasPrefix("/nowhere/r.yaml: no such file") == true)
    let named = #expect(throws: RecipeError.self) { try RecipeFile.named("mnst") }
    #expect(named?.description.contains("nearest: mnist") == true)
  }
}
