import Foundation
import Myelin
import Recipes
import Testing

/// What `check` says of trainings that are as they should be.
@Suite(.serialized) struct CheckTests {
  @Test("tokens need not be balanced, and a linear layer can give every number")
  func findsNothing() throws {
    try RecipeRunTests.inFolder { path in
      let file = path + "/t.txt"
      try (String(repeating: "abababab", count: 200) + "c").write(
        toFile: file, atomically: true, encoding: .utf8)
      let csv = path + "/t.csv"
      try RecipeRunTests.table().write(toFile: csv, atomically: true, encoding: .utf8)
      for text in [
        """
        data: {source: {text: {file: '\(file)', context: 8}}}
        model: {lstm-lm: {width: 4, hidden: 8, layers: 1}}
        """,
        """
        data:
          source: {csv: {file: '\(csv)', target: y, task: regression, drop: [sign]}}
          transforms: [standardize]
        model: {mlp: {hidden: [8]}}
        loss: mse
        """,
      ] {
        let check = try PreparedRun(RecipeRunTests.recipe(text)).check(batches: 10, overfits: false)
        let kinds = Set(check.findings.map(\.kind))
        #expect(kinds.isDisjoint(with: [.unbalancedClasses, .missingClass, .lossMismatch]))
      }
    }
  }
}
