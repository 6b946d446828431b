import Foundation
import Testing

/// Some lines of Swift: in a Markdown file, or between `// snippet: name` and `// end` in a file
/// that is compiled with the tests.
struct Snippet: Sendable, CustomTestStringConvertible {
  let name: String
  let file: String
  /// The place of its first line, from 1.
  let line: Int
  /// Its lines without the indentation that all have.
  let code: [String]

  var testDescription: String { "\(file):\(line)" }

  /// All that are compiled.
  static let compiled: [Snippet] = {
    let folder = "Tests/DocumentationTests/Snippets"
    let files =
      (try? FileManager.default.contentsOfDirectory(atPath: Repository.path(folder))) ?? []
    return files.sorted().flatMap { file in
      find(in: Repository.lines(of: "\(folder)/\(file)"), of: file) { line in
        line.hasPrefix("// snippet: ") ? String(line.dropFirst("// snippet: ".count)) : nil
      } isEnd: {
        $0 == "// end"
      }
    }
  }()

  /// The stretches of `lines` between a line that gives a name and one that ends it, both judged
  /// without their indentation.
  static func find(
    in lines: [String], of file: String, name: (String) -> String?, isEnd: (String) -> Bool
  ) -> [Snippet] {
    var found: [Snippet] = []
    var start: (name: String, index: Int)?
    for (index, line) in lines.enumerated() {
      let words = line.trimmingCharacters(in: .whitespaces)
      if let open = start {
        guard isEnd(words) else { continue }
        let code = withoutIndentation(lines[(open.index + 1)..<index])
        found.append(Snippet(name: open.name, file: file, line: open.index + 2, code: code))
        start = nil
      } else if let name = name(words) {
        start = (name, index)
      }
    }
    return found
  }

  /// Without the import with which a whole file begins, which a snippet inside a function cannot
  /// repeat.
  var withoutImport: [String] {
    Array(code.drop { $0 == "import Myelin" || $0.isEmpty })
  }

  private static func withoutIndentation(_ lines: ArraySlice<String>) -> [String] {
    let common = lines.filter { $0.contains { $0 != " " } }.map { $0.prefix { $0 == " " }.count }
      .min()
    return lines.map { String($0.dropFirst(common ?? 0)) }
  }
}
