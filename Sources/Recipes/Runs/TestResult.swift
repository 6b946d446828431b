import Datasets
import Foundation
import Interchange
import Training

/// What the model of a run reached on the test part.
package struct TestResult: Sendable, Hashable, Codable {
  /// Metrics by name, with `loss`.
  package let values: [String: Double]
  package let examples: Int

  package init(_ evaluation: Evaluation) {
    values = evaluation.values
    examples = evaluation.examples
  }
}

extension RunFiles {
  /// Where a `TestResult` is.
  package var testPath: String { folder.path + "/test.json" }

  /// Writes what the run reached, in the place of what was there.
  ///
  /// - Throws: `RecipeError` when the folder cannot be written.
  package func write(_ result: TestResult) throws(RecipeError) {
    do {
      try NewFile.write([UInt8](JSONEncoder.forRecords.encode(result)), to: testPath)
    } catch {
      throw RecipeError(file: testPath, Place(), "cannot be written: \(error)")
    }
  }

  /// What the run reached; nil where it was not tested.
  ///
  /// - Throws: `RecipeError` when the file is not what a run writes.
  package func testResult() throws(RecipeError) -> TestResult? {
    guard FileManager.default.fileExists(atPath: testPath) else { return nil }
    do {
      return try JSONDecoder.forRecords.decode(
        TestResult.self, from: Data(readFile(testPath, limit: 1 << 20)))
    } catch {
      throw RecipeError(file: testPath, Place(), "is not what a run writes of its test")
    }
  }
}
