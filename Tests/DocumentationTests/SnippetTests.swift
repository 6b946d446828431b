import Foundation
import Testing

/// What the documentation shows is code that is compiled with these tests, word for word.
@Suite struct SnippetTests {
  @Test(arguments: MarkdownFile.all.flatMap(\.swiftBlocks))
  func everyBlockIsCompiled(_ block: Snippet) {
    let isCompiled = Snippet.compiled.contains { $0.code == block.withoutImport }
    #expect(
      isCompiled, "no snippet in Tests/DocumentationTests/Snippets has exactly these lines")
  }

  @Test(arguments: Snippet.compiled)
  func everySnippetIsShown(_ snippet: Snippet) {
    let blocks = MarkdownFile.all.flatMap(\.swiftBlocks)
    #expect(
      blocks.contains { $0.withoutImport == snippet.code }, "\(snippet.name) is shown nowhere")
  }

  @Test(arguments: MarkdownFile.all)
  func everyLinkLeadsSomewhere(_ file: MarkdownFile) {
    let folder =
      file.path.contains("/")
      ? file.path.split(separator: "/").dropLast().joined(separator: "/") + "/" : ""
    for link in file.localLinks {
      #expect(
        FileManager.default.fileExists(atPath: Repository.path(folder + link)),
        "\(file.path): \(link) is not there")
    }
  }
}
