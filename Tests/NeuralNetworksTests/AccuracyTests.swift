import Myelin
import Testing

struct AccuracyTests {
  private static let scores = Tensor([[1, 2, 0], [3, 3, 1], [0, 1, 5], [9, 0, 0]] as [[Float]])

  @Test(
    arguments: [
      ([1, 0, 2, 0], 1), ([1, 1, 2, 0], 0.75), ([0, 2, 0, 1], 0), ([-1, 0, 2, -1], 1),
      ([-1, 0, 1, -1], 0.5),
    ] as [([Int], Double)])
  func countsTheLargestScores(labels: [Int], expected: Double) {
    #expect(accuracy(Self.scores, Tensor(labels), ignoring: -1).item() == expected)
    #expect(accuracy(Self.scores.to(.float16), Tensor(labels), ignoring: -1).item() == expected)
  }

  @Test func takesEveryPlaceOfAnImage() {
    let scores = Tensor([[[1, 0], [0, 1]]] as [[[Float]]])
    #expect(accuracy(scores, Tensor([[0, 1]])).item() == 1)
    #expect(accuracy(scores, Tensor([[0, 0]])).item() == 0.5)
    #expect(accuracy([1, 3], Tensor(1)).item() == 1, "a single example")
  }

  @Test func ofNothingIsNotANumber() {
    #expect(accuracy(.zeros([0, 3]), .zeros([0], .int64)).item().isNaN)
    #expect(accuracy(Self.scores, .full([4], 7, .int64), ignoring: 7).item().isNaN)
    #expect(binaryAccuracy(.zeros([0]), .zeros([0])).item().isNaN)
  }

  @Test func countsAnswers() {
    let target: Tensor = [1, 0, 1, 0]
    #expect(binaryAccuracy([0.1, -0.1, -2, 3], target).item() == 0.5)
    #expect(binaryAccuracy([0.9, 0.1, 0.2, 0.4], target, threshold: 0.5).item() == 0.75)
  }
}
