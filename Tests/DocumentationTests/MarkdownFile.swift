import Foundation
import Testing

/// A file of the documentation, and what the tests look for in it.
struct MarkdownFile: Sendable, CustomTestStringConvertible {
  /// From the root of the repository.
  let path: String
  let lines: [String]

  var testDescription: String { path }

  /// README.md, CONTRIBUTING.md, CHANGELOG.md, all below Documentation, and the READMEs of rooms.
  static let all: [MarkdownFile] = {
    let folders = ["Documentation", "Sources"].flatMap { folder in
      let files = FileManager.default.enumerator(atPath: Repository.path(folder))
      return (files?.compactMap { $0 as? String } ?? []).map { "\(folder)/\($0)" }
    }
    return
      (["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
      + folders.filter { $0.hasSuffix(".md") }.sorted()).map(MarkdownFile.init)
  }()

  init(path: String) {
    self.path = path
    lines = Repository.lines(of: path)
  }

  /// The code between ```` ```swift ```` and ```` ``` ````.
  var swiftBlocks: [Snippet] {
    Snippet.find(in: lines, of: path) { line in
      line == "```swift" ? path : nil
    } isEnd: {
      $0 == "```"
    }
  }

  /// The targets of links and pictures that lie in the repository, without their anchors.
  var localLinks: [String] {
    lines.joined(separator: "\n").matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
      .filter { !$0.contains("://") && !$0.hasPrefix("#") }
      .map { String($0.prefix { $0 != "#" }) }
  }
}

/// Where the tests find the repository's files.
enum Repository {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func path(_ relative: String) -> String { root.appending(path: relative).path }

  static func lines(of relative: String) -> [String] {
    let text = (try? String(contentsOfFile: path(relative), encoding: .utf8)) ?? ""
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
