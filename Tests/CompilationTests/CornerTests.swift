import Myelin
import TestSupport
import Testing

/// Functions in which one pass meets what another one, or the call before, has left: compiled they
/// give what they give eagerly, at every call.
@Suite struct CornerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shapes: [Shape]
    let run: @Sendable ([Tensor]) -> [Tensor]
  }

  private static func product(_ x: [Tensor]) -> Tensor { matmul(x[0], x[1]) }

  private static func flattened(_ images: Tensor, _ kernel: Tensor) -> Tensor {
    relu(conv2D(images, weight: kernel, padding: 1)).flattened()
  }

  static let cases = [
    Case(testDescription: "the mean of whole matrices", shapes: [[8, 16, 16], [8, 16, 16]]) {
      let y = product($0)
      return [y - y.mean(along: [1, 2], keepingAxes: true)]
    },
    Case(testDescription: "the sum of whole matrices", shapes: [[8, 16, 16], [8, 16, 16]]) {
      [product($0).sum(along: [1, 2])]
    },
    Case(testDescription: "softmax of whole matrices", shapes: [[8, 16, 16], [8, 16, 16]]) {
      [softmax(product($0).reshaped(to: [8, 256])).reshaped(to: [8, 16, 16])]
    },
    Case(
      testDescription: "a part of one product times another",
      shapes: [[8, 16, 16], [8, 16, 32], [8, 16, 16]]
    ) {
      let wide = matmul($0[0], $0[1])
      let narrow = matmul($0[0], $0[2])
      return [concatenate([wide.slice(0..<16, along: 2) * narrow, tanh($0[2])], along: 2)]
    },
    Case(
      testDescription: "one weight for images of two shapes",
      shapes: [[9, 3, 4, 4], [32, 3, 3, 3], [9, 3, 2, 2], [128, 3, 3, 3], [10, 512]]
    ) {
      [
        linear(flattened($0[0], $0[1]), weight: $0[4]),
        linear(flattened($0[2], $0[3]), weight: $0[4]),
      ]
    },
    Case(
      testDescription: "attention of one head whose rows are pages",
      shapes: [[2, 6, 1024], [8, 1024]]
    ) { x in
      let gradients = valueAndGradient(of: x) { x in
        let mixed = matmul(softmax(matmul(x[0], x[0].transposed(1, 2))), x[0])
        return square(linear(mixed, weight: x[1])).mean()
      }
      return gradients.gradient
    },
    Case(
      testDescription: "a bias made of what every call adds",
      shapes: [[2, 4, 5, 5], [1, 4], [4, 4], [1, 4], [4, 4, 3, 3]]
    ) { x in
      let shift = matmul(x[1], x[2])
      let images = x[0] + shift.reshaped(to: [1, 4, 1, 1])
      return [conv2D(images, weight: x[4], bias: (shift * x[3]).reshaped(to: [4]), padding: 1)]
    },
    Case(testDescription: "one matrix for a batch", shapes: [[6, 5, 8], [8, 7]]) {
      [matmul($0[0], $0[1].unsqueezed(0))]
    },
  ]

  @Test(arguments: cases) func agreesWithEager(_ x: Case) {
    var random = RandomSource(seed: 4)
    let arguments = x.shapes.map { random.normal($0) * 0.5 }
    let run = x.run
    let compiled = compile { (arguments: [Tensor]) -> [Tensor] in run(arguments) }
    let expected = run(arguments)
    for _ in 0..<3 {
      for (actual, expected) in zip(compiled(arguments), expected) {
        expectClose(
          actual: actual.floats, expected: expected.floats, absolute: 1e-4, relative: 1e-4)
      }
    }
  }
}
