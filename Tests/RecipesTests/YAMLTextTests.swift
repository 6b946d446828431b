import Myelin
import Recipes
import Testing

/// What is written again after a change says the same.
@Suite struct YAMLTextTests {
  /// In YAML, as values and keys stand in files.
  static let scalars = [
    "Weight, kg", "a[0]", "x {y}", "it's", "50%", "a#b", "http://x:80/y", "-1", "1e-3", "true",
    "~", "null", "C:\\dir", "a & b", "-x", "0x10", ".5", "a ? b", "'a: b'", "\"two\\nlines\"",
    "' edge '", "'#no'", "'- x'", "''", "'3'", "'true'", "'~'", "\"\\u0007bell\"", "'...'", "'---'",
    "\"\\ttab\"", "'é ü 中'", "'[1, 2]'", "'it''s'", "\"\\U0001F600\"", "'\"'", "'*a'", "'&a'",
    "'!t'", "'|'", "'>'", "'%'", "'@'", "'`'", "'? q'",
  ]
  static let keys = [
    "a", "Weight, kg", "'a: b'", "\"new\\nline\"", "'# c'", "'- d'", "'[e'", "'&f'", "'~'", "''",
    "' g '", "h#i", "'{j}'", "\"k\\\\l\"",
  ]

  /// A value in block style, each line `indent` columns in; with a mapping at its root.
  static func block(_ random: inout RandomScalars, indent: Int, depth: Int, isRoot: Bool) -> String
  {
    func pick(_ list: [String]) -> String { list[random.integer(below: list.count)] }
    let space = String(repeating: " ", count: indent)
    let kind = isRoot ? 2 : depth == 0 ? 0 : random.integer(below: 3)
    if kind == 0 { return " " + pick(scalars) }
    let count = 1 + random.integer(below: 4)
    if kind == 1 {
      return (0..<count).map { _ in
        "\n\(space)-" + block(&random, indent: indent + 2, depth: depth - 1, isRoot: false)
      }.joined()
    }
    var used: Set<String> = []
    return (0..<count).map { _ in
      let key = pick(keys)
      guard used.insert(key).inserted else { return "" }
      return "\n\(space)\(key):"
        + block(&random, indent: indent + 2, depth: depth - 1, isRoot: false)
    }.joined()
  }

  /// What a value means: texts, and whether they could be numbers, flags or nothing.
  static func meaning(_ node: RecipeNode) -> String {
    switch node.content {
    case .scalar(let text, let isQuoted):
      let isText =
        isQuoted || Double(text) == nil && !["true", "false", "", "~", "null"].contains(text)
      return isText ? "text \(text.debugDescription)" : text.isEmpty || text == "null" ? "~" : text
    case .list(let items): return "[" + items.map(meaning).joined(separator: ", ") + "]"
    case .mapping(let members):
      return "{"
        + members.map { "\($0.key.debugDescription): \(meaning($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }

  @Test("random recipes keep their meaning")
  func keepsMeaning() throws {
    var random = RandomScalars(seed: 5)
    for _ in 0..<500 {
      let text = Self.block(&random, indent: 0, depth: 4, isRoot: true) + "\nzz: 1\n"
      var file = try RecipeFile(text: text, name: "r.yaml")
      try file.set("zz", to: "2")
      let again = try RecipeFile(text: file.text, name: "r.yaml")
      let expected = Self.meaning(try RecipeFile(text: text, name: "r.yaml").root)
      #expect(Self.meaning(again.root) == expected.replacing("\"zz\": 1", with: "\"zz\": 2"))
    }
  }

  @Test("columns and paths with commas and quotes survive a change of the command line")
  func keepsColumns() throws {
    let text = """
      data:
        source:
          csv:
            file: a.csv
            target: y
            columns:
              - Weight, kg
              - 'a: b'
        split:
          test_where:
            'who: me': [x]
      model: {mlp: {}}
      """
    var file = try RecipeFile(text: text, name: "r.yaml")
    try file.set("training.epochs", to: "2")
    try file.setDataPath("/a b/it's, \n#1")
    let again = try RecipeFile(text: file.text, name: "r.yaml")
    #expect(again.root.yaml() == file.root.yaml())
    _ = try Recipe(again)
    #expect(file.text.contains("columns: ['Weight, kg', 'a: b']"))
    #expect(file.text.contains("'who: me': [x]"))
    #expect(file.text.contains("file: \"/a b/it's, \\n#1\""))
  }
}
