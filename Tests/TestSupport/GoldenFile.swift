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
      return try GoldenFile(Data(contentsOf: bundle.bundleURL.appendingPathComponent(path)))
    } catch {
      fatalError("\(path): \(error)")
    }
  }

  /// Reads a file's bytes: 8 bytes with the length of the header (little-endian), the header in
  /// JSON, then the tensors' elements, little-endian and row-major.
  public init(_ data: Data) throws(GoldenError) {
    let bytes = [UInt8](data)
    guard bytes.count >= 8 else {
      throw GoldenError("the file has \(bytes.count) bytes, less than the 8 of the header's length")
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= bytes.count - 8 else {
      throw GoldenError("the header should have \(length) bytes; \(bytes.count - 8) are left")
    }
    let body = 8 + Int(length)
    let header = try GoldenFile.decode([String: JSONValue].self, bytes[8..<body], "the header")
    var tensors: [String: GoldenTensor] = [:]
    for (key, entry) in header where key != "__metadata__" {
      tensors[key] = try GoldenTensor(key: key, entry: entry, body: bytes[body...])
    }
    guard let text = header["__metadata__"]?.asObject?["cases"]?.asString else {
      throw GoldenError("the metadata holds no cases")
    }
    let entries = try GoldenFile.decode([Entry].self, Array(text.utf8)[...], "the cases")
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

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: ArraySlice<UInt8>, _ part: String
  ) throws(GoldenError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw GoldenError("\(part) cannot be decoded: \(error)")
    }
  }
}

/// What is wrong with a golden file, or with a test's view of one of its cases.
public struct GoldenError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
