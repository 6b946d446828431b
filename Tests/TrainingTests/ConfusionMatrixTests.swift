import Myelin
import Testing

@Suite struct ConfusionMatrixTests {
  /// Two of class 0 (one taken for 1), three of class 1 (one for 0), one of class 2 (for 1).
  static let example = ConfusionMatrix(
    actual: [0, 0, 1, 1, 1, 2], predicted: [0, 1, 1, 1, 0, 1], classCount: 4)

  @Test("counts, and the accuracy that follows")
  func counts() {
    let matrix = Self.example
    #expect(matrix.counts == [[1, 1, 0, 0], [1, 2, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    #expect(matrix.total == 6 && matrix.correct == 3 && matrix.accuracy == 0.5)
  }

  @Test(
    "scores worked out by hand",
    arguments: zip(
      0..<4,
      [
        ClassScore(precision: 1.0 / 2, recall: 1.0 / 2, f1: 1.0 / 2, support: 2),
        ClassScore(precision: 2.0 / 4, recall: 2.0 / 3, f1: 4.0 / 7, support: 3),
        // Never claimed: no precision; recall and F1 are zero.
        ClassScore(precision: nil, recall: 0, f1: 0, support: 1),
        // Neither there nor claimed: nothing to say.
        ClassScore(precision: nil, recall: nil, f1: nil, support: 0),
      ]))
  func scores(label: Int, expected: ClassScore) {
    #expect(Self.example.score(label) == expected)
  }

  @Test("without examples there is no accuracy")
  func handlesNothing() {
    let matrix = ConfusionMatrix(actual: [], predicted: [], classCount: 2)
    #expect(matrix.accuracy == nil && matrix.total == 0 && matrix.value.isNaN)
  }
}
