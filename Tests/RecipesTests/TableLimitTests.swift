import Foundation
import Myelin
import Recipes
import Testing

/// What a table's numbers may be like.
@Suite(.serialized) struct TableLimitTests {
  @Test("more numbers than memory holds are refused before they are made, the widest column named")
  func refusesWidth() throws {
    try RecipeFolder.with { folder in
      let rows = (0..<600_000).map { "id\($0),\($0 % 2)\n" }.joined()
      let csv = try folder.write("t.csv", "id,y\n" + rows)
      let error = #expect(throws: DatasetError.self) {
        try PreparedRun(
          .reading("data: {source: {csv: {file: '\(csv)', target: y}}}\nmodel: {mlp: {}}\n"))
      }
      #expect(error?.reason == .tooLarge && error?.file == csv)
      #expect(
        error?.found == "600000 rows of 600000 numbers, 600000 of them for the different words "
          + "of id")
    }
  }

  @Test("a product that no integer holds is refused, too")
  func countsWithoutOverflow() throws {
    let columns = #"{"columns": [{"name": "a"}, {"name": "b", "words": ["x", "y"]}]}"#
    let encoding = try JSONDecoder().decode(TableEncoding.self, from: Data(columns.utf8))
    let error = #expect(throws: DatasetError.self) {
      try encoding.requireMemory(rows: .max / 2, of: "t.csv")
    }
    #expect(error?.reason == .tooLarge)
    #expect(error?.found.hasSuffix("2 of them for the different words of b") == true)
    try encoding.requireMemory(rows: 1000, of: "t.csv")
  }

  @Test(
    "infinite numbers are named, whether learned from or predicted",
    arguments: ["inf", "-infinity", "1e39"], ["a", "b"])
  func refusesInfinity(word: String, target: String) throws {
    try RecipeFolder.with { folder in
      let rows = (0..<20).map { "\($0 == 7 ? word : "\($0)"),\($0 * 2)\n" }.joined()
      let csv = try folder.write("t.csv", "a,b\n" + rows)
      let error = #expect(throws: DatasetError.self) {
        try PreparedRun(
          .reading(
            "data: {source: {csv: {file: '\(csv)', target: \(target), task: regression}}, "
              + "transforms: [standardize]}\nmodel: {mlp: {}}\n"))
      }
      #expect(error?.reason == .invalidNumber && error?.file == csv)
      #expect(error?.found.hasSuffix("in row 8 of a") == true, "\(error?.found ?? "")")
    }
  }

  @Test("what standardize has nothing finite of is said before a run begins")
  func refusesInfiniteMeans() throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", EvaluationTests.table(center: 1e30))
      let error = #expect(throws: RecipeError.self) {
        try PreparedRun(
          .reading(
            "data: {source: {csv: {file: '\(csv)', target: sign, columns: [a]}}, transforms: "
              + "[normalize: {mean: [0], deviation: [1.0e-30]}, standardize]}\nmodel: {mlp: {}}\n"))
      }
      #expect(
        error?.description.contains("standardize examples, of which some have numbers") == true,
        "\(error?.description ?? "")")
    }
  }
}
