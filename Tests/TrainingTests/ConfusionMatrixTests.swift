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

  @Test("many classes take what their examples do, not their square")
  func handlesManyClasses() {
    // 10¹⁰ counts would be 80 GB.
    let count = 100_000
    var matrix = ConfusionMatrix(
      actual: [0, 99_999, 99_999, 7], predicted: [0, 99_999, 7, 7], classCount: count)
    #expect(matrix.total == 4 && matrix.correct == 3 && matrix.score(7).precision == 0.5)
    #expect(matrix.record == [100_000, 0, 0, 1, 7, 7, 1, 99_999, 7, 1, 99_999, 99_999, 1])
    var copy = ConfusionMatrix(classCount: count)
    #expect(copy.restore(matrix.record) && copy == matrix)
    #expect(!copy.restore([100_000, 0, 100_000, 1]) && !copy.restore([5]) && copy == matrix)
    matrix.merge(copy)
    #expect(matrix.total == 8 && matrix.score(99_999).recall == 0.5)
    var f1 = F1(classCount: count)
    f1.matrix.merge(copy)
    #expect(f1.value == (1 + 2.0 / 3 + 2.0 / 3) / 3)
  }

  @Test("without examples there is no accuracy")
  func handlesNothing() {
    let matrix = ConfusionMatrix(actual: [], predicted: [], classCount: 2)
    #expect(matrix.accuracy == nil && matrix.total == 0 && matrix.value.isNaN)
  }
}
