import Arrays
import Myelin
import TestSupport
import Testing

/// What is recomputed eagerly is recomputed in plans too, and not kept from the way forward.
@Suite struct RecomputationPlanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What recomputing leaves of a plan's memory beside its results, at most.
    var ratio = 0.6
    /// A part of a stack with four weights [64, 64]; results are as large as the input.
    let part: @Sendable (_ weights: [Tensor], _ x: Tensor) -> Tensor
  }

  static let all = [
    Case(testDescription: "products") { weights, x in
      weights.reduce(x) { tanh(matmul($0, $1)) }
    },
    Case(testDescription: "element-wise first") { weights, x in
      weights.reduce(sin(exp(-x))) { sigmoid(matmul($0, $1)) * 0.1 }
    },
    Case(testDescription: "a normalization first") { weights, x in
      x + weights.reduce(softmax(x)) { tanh(matmul($0, $1)) }
    },
    Case(testDescription: "numbers of its own") { weights, x in
      var random = RandomSource(seed: 9)
      let noise = random.normal(x.shape)
      return weights.reduce(x * noise) { tanh(matmul($0, $1) + noise) }
    },
    Case(testDescription: "parts of parts") { weights, x in
      withRecomputation(of: weights, x) { weights, x in
        weights.reduce(x) { x, weight in
          withRecomputation(of: weight, x) { tanh(matmul($1, $0)) }
        }
      }
    },
    Case(testDescription: "steps of a loop", ratio: 1) { weights, x in
      weights.reduce(x) { x, weight in
        scan(over: stack([x, x * 0.5]), from: x) { (carry: inout Tensor, y: Tensor) in
          carry = tanh(matmul(carry, weight) + y)
          return y
        }.carry
      }
    },
  ]

  private static func slopes(
    _ x: Case, _ weights: [[Tensor]], _ input: Tensor, recomputing: Bool
  ) -> [[Tensor]] {
    gradient(of: weights) { weights in
      let result = weights.reduce(input) { input, weights in
        recomputing ? withRecomputation(of: weights, input, x.part) : x.part(weights, input)
      }
      return square(result).sum()
    }
  }

  @Test(arguments: all) func aDeepStackNeedsLess(_ x: Case) {
    var random = RandomSource(seed: 2)
    let input = random.normal([512, 64])
    let weights = (0..<8).map { _ in (0..<4).map { _ in random.normal([64, 64]) * 0.1 } }
    let plain = compile { (weights: [[Tensor]], input: Tensor) in
      RecomputationPlanTests.slopes(x, weights, input, recomputing: false)
    }
    let recomputed = compile { (weights: [[Tensor]], input: Tensor) in
      RecomputationPlanTests.slopes(x, weights, input, recomputing: true)
    }
    let (expected, actual) = (plain(weights, input), recomputed(weights, input))
    for (expected, actual) in zip(expected.joined(), actual.joined()) {
      let scale = Double(expected.floats.map(abs).max() ?? 0)
      expectClose(
        actual: actual.floats, expected: expected.floats, shape: expected.shape,
        absolute: 1e-5 * scale, relative: 1e-4, x.testDescription)
    }
    let gradients = 4 * weights.joined().reduce(0) { $0 + $1.count }
    let (kept, less) = (
      plain.plans[0].peakBytes - gradients, recomputed.plans[0].peakBytes - gradients
    )
    #expect(Double(less) < x.ratio * Double(kept), "\(less) of \(kept) bytes beside gradients")
  }
}
