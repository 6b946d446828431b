import Recipes
import Testing

@Suite struct RecipeFileTests {
  @Test(
    "values are put at the end of paths",
    arguments: [
      ("training: {epochs: 3}", "training.epochs", "5", "training:\n  epochs: 5\n"),
      ("a: 1", "training.clipping.norm", "1", "a: 1\ntraining:\n  clipping:\n    norm: 1\n"),
      ("o: adam", "o.adam.learning_rate", "1e-3", "o:\n  adam:\n    learning_rate: 1e-3\n"),
      ("l: [a, b]", "l.1", "c", "l: [a, c]\n"), ("a: 'x'", "b", "'it''s'", "a: 'x'\nb: 'it''s'\n"),
      ("m:\n  - a: {b: 1}\n  - c", "m.0.a.b", "[1, 2]", "m:\n  - a:\n      b: [1, 2]\n  - c\n"),
    ])
  func sets(text: String, path: String, value: String, expected: String) throws {
    var file = try RecipeFile(text: text, name: "r.yaml")
    try file.set(path, to: value)
    #expect(file.text == expected)
    #expect(try RecipeFile(text: file.text, name: "r.yaml").root.yaml() == file.root.yaml())
  }

  @Test(
    "paths that lead nowhere",
    arguments: [("", "1"), ("a.b", "1"), ("l.7", "1"), ("a..b", "1"), ("b", "[1")])
  func refuses(path: String, value: String) throws {
    var file = try RecipeFile(text: "a: 1\nl: [x]", name: "r.yaml")
    #expect(throws: RecipeError.self) { try file.set(path, to: value) }
    #expect(file.text == "a: 1\nl: [x]")
  }

  @Test("the data's path is replaced, whichever way it is written")
  func setsDataPath() throws {
    for text in ["idx: x", "idx: {folder: x}"] {
      var file = try RecipeFile(
        text: "data:\n  source: {\(text)}\nmodel: lenet", name: "r.yaml")
      try file.setDataPath("/a b/it's")
      #expect(file.text.contains("'/a b/it''s'"))
      _ = try Recipe(file)
    }
    var digits = try RecipeFile(text: "data: {source: digits}\nmodel: lenet", name: "r.yaml")
    #expect(throws: RecipeError.self) { try digits.setDataPath("x") }
  }

  @Test("shipped recipes are sound", arguments: Shipped.names)
  func readsShipped(name: String) throws {
    let recipe = try Recipe(.named(name))
    #expect(recipe.name == name)
  }
}
