import Myelin
import Recipes
import Testing

/// Tokens are no numbers: no transform takes them.
@Suite struct TokenTransformTests {
  @Test(
    "a transform of tokens is refused, not passed over",
    arguments: ["transforms: [standardize]", "augmentation: [erase]"], ["texts", "text"])
  func refuses(list: String, kind: String) throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", EvaluationTests.table(center: 3))
      let source =
        kind == "text"
        ? "{text: {file: '\(csv)', context: 8}}"
        : "{texts: {file: '\(csv)', text: colour, target: sign}}"
      let model =
        kind == "text"
        ? "{lstm-lm: {width: 4, hidden: 4, layers: 1}}"
        : "{layers: [embedding: 4, lstm: {hidden: 4, output: last}, linear: classes]}"
      let error = #expect(throws: RecipeError.self) {
        try PreparedRun(.reading("data: {source: \(source), \(list)}\nmodel: \(model)\n"))
      }
      #expect(
        error?.description.contains("takes numbers, but it is given tokens") == true,
        "\(error?.description ?? "")")
    }
  }
}
