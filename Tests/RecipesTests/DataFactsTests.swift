import Foundation
import Myelin
import Recipes
import Testing

/// `data.json` comes from outside: whatever stands in it, nothing stops.
@Suite(.serialized) struct DataFactsTests {
  /// What a run's folder lets one do with its model.
  static func use(_ run: RunFolder, _ file: String?) throws {
    let predictor = try Predictor(run)
    if let file {
      _ = try predictor.predict(file)
    } else {
      _ = try predictor.continuation(of: "ab", length: 4, temperature: 0.5, seed: 1)
      _ = try predictor.continuation(of: "", length: 2, temperature: 0, seed: 1)
    }
  }

  /// Runs of a table of classes, one of numbers, one of texts, and a text, each with a file to predict.
  static func runs(_ folder: RecipeFolder) throws -> [(run: RunFolder, file: String?)] {
    let csv = try folder.write("t.csv", EvaluationTests.table(center: 3))
    let text = try folder.write("t.txt", String(repeating: "abcd ", count: 60))
    let sources = [
      ("{csv: {file: '\(csv)', target: sign}}", "{mlp: {hidden: [4]}}", "[standardize]"),
      (
        "{csv: {file: '\(csv)', target: a, task: regression}}", "{mlp: {hidden: [4]}}",
        "[standardize]"
      ),
      (
        "{texts: {file: '\(csv)', text: colour, target: sign}}",
        "{layers: [embedding: 4, lstm: {hidden: 4, output: last}, linear: classes]}", "[]"
      ),
      (
        "{text: {file: '\(text)', context: 8}}", "{lstm-lm: {width: 4, hidden: 4, layers: 1}}", "[]"
      ),
    ]
    return try sources.enumerated().map { number, parts in
      let (source, model, transforms) = parts
      let prepared = try PreparedRun(
        .reading(
          "data: {source: \(source), transforms: \(transforms)}\nmodel: \(model)\n"
            + "training: {epochs: 1}\n"))
      let run = RunFolder("\(folder.path)/run\(number)")
      _ = try prepared.train(in: run)
      try use(run, number < 3 ? csv : nil)
      return (run, number < 3 ? csv : nil)
    }
  }

  /// A value somewhere in some JSON becomes another.
  static func mutated(_ value: Any, _ random: inout RandomScalars) -> Any {
    if random.bernoulli(0.2) { return replacement(value, &random) }
    if var list = value as? [Any], !list.isEmpty {
      let place = random.integer(below: list.count)
      switch random.integer(below: 4) {
      case 0: list.remove(at: place)
      case 1: list.append(list[place])
      case 2: list.reverse()
      default: list[place] = mutated(list[place], &random)
      }
      return list
    }
    if var members = value as? [String: Any], !members.isEmpty {
      let key = members.keys.sorted()[random.integer(below: members.count)]
      members[key] = random.bernoulli(0.1) ? nil : mutated(members[key] ?? NSNull(), &random)
      return members
    }
    return replacement(value, &random)
  }

  private static func replacement(_ value: Any, _ random: inout RandomScalars) -> Any {
    let others: [Any] = [
      0, -1, 1, 2, 3, 7, 4_000_000_000, Int.max, Int.min, 0.5, -2.5e38, 1e300, "", "a", "classes",
      "numbers", "tokens", NSNull(), true, [Any](), [1, 1], ["a", "a"], [String: Any](),
    ]
    return others[random.integer(below: others.count)]
  }

  @Test("changed facts are refused or harmless")
  func survivesChanges() throws {
    try RecipeFolder.with { folder in
      for (run, file) in try Self.runs(folder) {
        let path = RunFiles(run).factsPath
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        let json = try JSONSerialization.jsonObject(with: original)
        var random = RandomScalars(seed: 11)
        var refused = 0
        for _ in 0..<400 {
          var changed = Self.mutated(json, &random)
          if random.bernoulli(0.3) { changed = Self.mutated(changed, &random) }
          try JSONSerialization.data(withJSONObject: changed, options: .fragmentsAllowed)
            .write(to: URL(fileURLWithPath: path))
          do { try Self.use(run, file) } catch { refused += 1 }
        }
        for _ in 0..<200 {
          var bytes = original
          bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
          try bytes.write(to: URL(fileURLWithPath: path))
          do { try Self.use(run, file) } catch { refused += 1 }
        }
        #expect(refused > 200)
      }
    }
  }

  @Test(
    "what is wrong is said",
    arguments: [
      ("\"outputs\":2", "\"outputs\":3", "has names or characters that do not fit 3 outputs"),
      ("\"outputs\":2", "\"outputs\":-2", "says that there are -2 outputs"),
      (
        "\"inputLengths\":[3]", "\"inputLengths\":[-3]", "says that an example has the lengths [-3]"
      ),
      ("[\"blue\",\"red\"]", "[\"red\",\"red\"]", "has a word twice in the column colour"),
      ("[\"blue\",\"red\"]", "[\"red\"]", "is of other data than those of the recipe, csv"),
      ("\"targetKind\":\"classes\"", "\"targetKind\":\"tokens\"", "has names or characters"),
      ("\"vocabulary\":[]", "\"vocabulary\":{}", "is not what a run writes of its data"),
    ])
  func names(part: String, other: String, message: String) throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", EvaluationTests.table(center: 3))
      let run = RunFolder(folder.path + "/run")
      _ = try PreparedRun(EvaluationTests.recipe(csv)).train(in: run)
      let path = RunFiles(run).factsPath
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try #require(text.contains(part))
      try text.replacing(part, with: other).write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: RecipeError.self) { try Predictor(run) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
      #expect(error?.file == path)
    }
  }

  @Test("a recipe that was changed since is refused or harmless")
  func survivesChangedRecipes() throws {
    try RecipeFolder.with { folder in
      for (run, file) in try Self.runs(folder) {
        let original = try Data(contentsOf: URL(fileURLWithPath: run.recipePath))
        let text = String(decoding: original, as: UTF8.self)
        var texts = [
          ("target: ", "tokens: bytes, target: "), ("target: ", "longest: 1, target: "),
          ("context: 8", "context: 8, tokens: bytes"), ("context: 8", "context: 3"),
          (", task: regression", ""), ("target: sign", "target: sign, task: regression"),
          ("[standardize]", "[]"), ("transforms: []", "transforms: [standardize]"),
          ("{csv:", "{texts:"), ("target: sign}", "target: sign, tokens: characters}"),
        ].map { text.replacing($0, with: $1) }
        var random = RandomScalars(seed: 5)
        for _ in 0..<150 {
          var bytes = original
          let place = random.integer(below: bytes.count)
          let other = original[random.integer(below: bytes.count)]
          if random.bernoulli(0.5) { bytes[place] = other } else { bytes.remove(at: place) }
          texts.append(String(decoding: bytes, as: UTF8.self))
        }
        for text in texts {
          try text.write(toFile: run.recipePath, atomically: true, encoding: .utf8)
          do { try Self.use(run, file) } catch {}
        }
      }
    }
  }

  @Test("tokens of another kind than the model has learned are refused")
  func refusesOtherTokens() throws {
    try RecipeFolder.with { folder in
      let run = try Self.runs(folder)[2].run
      let path = RunFiles(run).factsPath
      let facts = try String(contentsOfFile: path, encoding: .utf8)
      let recipe = try String(contentsOfFile: run.recipePath, encoding: .utf8)
      func refused(_ changedRecipe: String, _ changedFacts: String) throws -> String {
        try #require(changedRecipe != recipe || changedFacts != facts)
        try changedRecipe.write(toFile: run.recipePath, atomically: true, encoding: .utf8)
        try changedFacts.write(toFile: path, atomically: true, encoding: .utf8)
        return #expect(throws: RecipeError.self) { try Predictor(run) }?.description ?? ""
      }
      let message = "is of other data than those of the recipe, texts"
      let bytes = recipe.replacing("target: ", with: "tokens: bytes, target: ")
      #expect(try refused(bytes, facts).contains(message))
      let first = facts.replacing("\"vocabulary\":[\"\",", with: "\"vocabulary\":[\"z\",")
      #expect(try refused(recipe, first).contains(message))
    }
  }

  @Test("a step that was not fitted is not skipped")
  func requiresFitted() throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", EvaluationTests.table(center: 3))
      let prepared = try PreparedRun(EvaluationTests.recipe(csv))
      var facts = prepared.data.facts
      facts.fitted = []
      let error = #expect(throws: RecipeError.self) {
        try PreparedRun(EvaluationTests.recipe(csv), using: facts)
      }
      #expect(error?.description.contains("standardize 1 times, but training has fitted 0") == true)
      facts.fitted = [Standardization(mean: [1, 2], deviation: [1, 1])]
      #expect(throws: DatasetError.self) {
        try PreparedRun(EvaluationTests.recipe(csv), using: facts)
      }
    }
  }
}
