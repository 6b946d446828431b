import Foundation
import Myelin
import Recipes
import Testing

@Suite(.serialized) struct DataSurveyTests {
  @Test(
    "tables get a recipe that is sound, whatever they are called and miss",
    arguments: ["t.csv", "it's, a: \"b\" #1.csv", "null.csv", "-.csv", "two\nlines.csv"])
  func surveysTables(name: String) throws {
    try RecipeFolder.with { folder in
      let rows = (0..<40).map { "\($0 * 3),\($0 % 7 == 0 ? "" : "\($0 * 2)"),\($0 % 2)\n" }.joined()
      let path = try folder.write(name, "a,\"b, c\",class\n" + rows)
      let survey = try DataSurvey(path)
      #expect(survey.recipe.contains("missing: drop"))
      let recipe = try Recipe.reading(survey.recipe)
      #expect(recipe.name == String(name.dropLast(4)))
      let prepared = try PreparedRun(recipe)
      #expect(prepared.data.features == Features([2]))
      #expect(prepared.data.parts.reduce(0) { $0 + $1.places.count } == 34)
    }
  }

  @Test("names of rows are left out, sentences are learned from, and what is ignored is said")
  func tellsNamesFromSentences() throws {
    try RecipeFolder.with { folder in
      func survey(_ word: (Int) -> String) throws -> String {
        let rows = (0..<200).map { "\($0 + 1),\(word($0)),\($0 % 9),\($0 % 3)\n" }.joined()
        return try DataSurvey(folder.write("t.csv", "id,which,size,species\n" + rows)).recipe
      }
      let names = try survey { "\"Braund, Mr. Owen Harris \($0)\"" }
      #expect(names.contains("drop: ['id', 'which']"), "\(names)")
      #expect(try PreparedRun(.reading(names)).data.features == Features([1]))
      let sentences = try survey { "number \($0) was as good as I had hoped it would be" }
      #expect(sentences.contains("# Not learned from: id, size."), "\(sentences)")
      #expect(try PreparedRun(.reading(sentences)).data.features.vocabulary != nil)
      let rows = (0..<200).map { "\($0),name\($0),\($0 % 3)\n" }.joined()
      let short = try DataSurvey(folder.write("s.csv", "id,name,origin\n" + rows)).recipe
      #expect(short.contains("text: 'name'") && short.contains("# Not learned from: id."))
    }
  }

  @Test("pictures, sounds and texts get a sound recipe, too")
  func surveysOthers() throws {
    try RecipeFolder.with { folder in
      let pictures = try folder.pictures("pic's: 1", sizes: Array(repeating: 8, count: 20))
      #expect(try PreparedRun(.reading(DataSurvey(pictures).recipe)).data.features.rank == 3)
      let text = try folder.write("a text.txt", String(repeating: "To be or not. ", count: 200))
      #expect(try PreparedRun(.reading(DataSurvey(text).recipe)).data.features.rank == 1)
    }
  }
}
