import Foundation
import Myelin

/// The cases of a golden file: what an oracle computed, for a test to compare with.
///
/// The file is a safetensors file whose metadata holds, under `cases`, a JSON list of cases;
/// `Scripts/make_golden.py` writes it, and the head of each of its families' modules says which
/// roles a case's tensors have. A test takes the cases as its arguments, and switches over `kind`:
///
/// ```swift
/// private let file = GoldenFile.load("losses", from: .module)
///
/// @Test(arguments: file.cases)
/// func agreesWithTheOracle(_ golden: GoldenCase) throws {
///   switch golden.kind {
///   case "mse": …
///   default: Issue.record("nothing compares \(golden.kind)")
///   }
/// }
/// ```
public struct GoldenFile: Sendable {
  public let cases: [GoldenCase]

  /// Reads `Golden/<name>.safetensors` among the resources of a test target (`.module`).
  ///
  /// Stops the test program when the file cannot be read: nothing could be compared.
  public static func load(_ name: String, from bundle: Bundle) -> GoldenFile {
    let path = "Golden/\(name).safetensors"
    do {
      return try GoldenFile(
        SafeTensors(contentsOf: bundle.bundleURL.appendingPathComponent(path).path))
    } catch {
      fatalError("\(path): \(error)")
    }
  }

  /// Takes the cases of a file.
  public init(_ file: SafeTensors) throws {
    var tensors: [String: GoldenTensor] = [:]
    for key in file.names { tensors[key] = try GoldenTensor(key: key, file.tensor(key)) }
    guard let text = file.metadata["cases"] else {
      throw GoldenError("the metadata holds no cases")
    }
    let entries = try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
    var cases: [GoldenCase] = []
    for entry in entries {
      var named: [String: GoldenTensor] = [:]
      for (role, key) in entry.tensors {
        guard let tensor = tensors[key] else {
          throw GoldenError("\(entry.name): no tensor is stored as \(key) for \(role)")
        }
        named[role] = tensor
      }
      cases.append(
        GoldenCase(
          name: entry.name, kind: entry.kind, options: entry.options, tensors: named))
    }
    self.cases = cases
  }

  private struct Entry: Decodable {
    let name: String
    let kind: String
    let options: [String: JSONValue]
    let tensors: [String: String]
  }
}

/// What is wrong with a golden file, or with a test's view of one of its cases.
public struct GoldenError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
