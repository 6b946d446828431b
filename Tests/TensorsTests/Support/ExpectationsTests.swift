import Arrays
import Tensors
import Testing

/// The suite's own measure: it must see what is wrong.
@Suite struct ExpectationsTests {
  private static let x: Tensor = [[1, 2], [3, 1000]]

  @Test func acceptsWhatIsRight() {
    expectTensor(Self.x, [2, 2], [1, 2, 3, 1000], .exact, "equal")
    expectTensor(Self.x, [2, 2], [1, 2, 3, 1000.009], .rounding(.float32), "within rounding")
    expectTensor(Tensor([nan, inf, -inf]), [3], [nan, inf, -inf], .exact, "odd numbers")
  }

  @Test(
    arguments: [
      ([4], [1, 2, 3, 1000]), ([2, 2], [1, 2, 3]), ([2, 2], [1, 2.1, 3, 1000]),
      ([2, 2], [1, nan, 3, 1000]), ([2, 2], [1, 2, 3, inf]), ([2, 2], [1, 2.001, 3, 1000]),
    ] as [(Shape, [Double])])
  func seesWhatIsWrong(_ shape: Shape, _ numbers: [Double]) {
    withKnownIssue { expectTensor(Self.x, shape, numbers, .rounding(.float32).ofEach, "wrong") }
  }

  @Test func seesAnotherElementType() {
    withKnownIssue { expectTensor(Self.x, like: Self.x.to(.float64), .exact, "wrong") }
  }

  @Test func seesThatNaNIsUnexpected() {
    withKnownIssue { expectTensor(Tensor([nan]), [1], [0], .loose(.bfloat16), "wrong") }
  }
}
