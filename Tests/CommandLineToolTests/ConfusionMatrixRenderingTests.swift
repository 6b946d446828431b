import CommandLineTool
import Myelin
import Testing

@Suite struct ConfusionMatrixRenderingTests {
  /// Two of class 0 (one taken for 1), three of class 1 (one for 0), one of class 2 (for 1).
  static let example = ConfusionMatrix(
    actual: [0, 0, 1, 1, 1, 2], predicted: [0, 1, 1, 1, 0, 1], classCount: 4)

  @Test("without images there is nothing to show")
  func handlesNothing() {
    let matrix = ConfusionMatrix(actual: [], predicted: [], classCount: 2)
    #expect(matrix.renderedScores().contains("–"))
  }

  @Test("the table of scores")
  func rendersScores() {
    let expected = """
        class   precision      recall          F1   support
            0      50.0 %      50.0 %      50.0 %         2
            1      50.0 %      66.7 %      57.1 %         3
            2           –       0.0 %       0.0 %         1
            3           –           –           –         0
         mean      50.0 %      38.9 %      35.7 %         6
      """
    #expect(Self.example.renderedScores() == expected)
  }

  @Test("the table of scores on a narrow terminal")
  func rendersNarrowScores() {
    let expected = """
      class precision  recall      F1 support
          0    50.0 %  50.0 %  50.0 %       2
          1    50.0 %  66.7 %  57.1 %       3
          2         –   0.0 %   0.0 %       1
          3         –       –       –       0
       mean    50.0 %  38.9 %  35.7 %       6
      """
    #expect(Self.example.renderedScores(width: 52) == expected)
  }

  @Test("the table of counts")
  func rendersCounts() {
    let expected = """
       actual   0   1   2   3  predicted
            0   1   1   ·   ·
            1   1   2   ·   ·
            2   ·   1   ·   ·
            3   ·   ·   ·   ·
      """
    #expect(Self.example.renderedCounts() == expected)
  }

  @Test("ten classes of thousands fit 80 columns; a hundred classes are left out")
  func fits() {
    let labels = (0..<10_000).map { $0 % 10 }
    let ten = ConfusionMatrix(actual: labels, predicted: labels, classCount: 10)
    let lines =
      (ten.renderedCounts() ?? "").split(separator: "\n")
      + ten.renderedScores()
      .split(separator: "\n")
    #expect(lines.count == 23 && lines.allSatisfy { $0.count <= 80 })
    let hundred = ConfusionMatrix(actual: [], predicted: [], classCount: 100)
    #expect(hundred.renderedCounts() == nil)
  }

  @Test("colours surround the text and change nothing else")
  func colours() {
    let plain = Self.example.renderedCounts(.plain)
    let coloured = Self.example.renderedCounts(.coloured)
    #expect(coloured != plain)
    #expect(coloured?.replacing(#/\u{1B}\[\d+m/#, with: "") == plain)
  }
}
