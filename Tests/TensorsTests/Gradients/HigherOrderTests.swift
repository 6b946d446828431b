import Tensors
import Testing

/// Derivatives of derivatives, and nested closures that must not mix up their variables.
@Suite struct HigherOrderTests {
  private func derivative(_ order: Int, at x: Tensor, _ f: (Tensor) -> Tensor) -> Tensor {
    order == 0 ? f(x) : gradient(of: x) { derivative(order - 1, at: $0, f) }
  }

  @Test(arguments: [(0, 8.0), (1, 12.0), (2, 12.0), (3, 6.0), (4, 0.0)])
  func differentiatesCubesAgainAndAgain(_ order: Int, _ expected: Double) {
    #expect(derivative(order, at: Tensor(2.0)) { $0 * $0 * $0 }.item() == expected)
  }

  @Test func sineComesBackAfterFour() {
    let fourth = derivative(4, at: Tensor(0.7)) { sin($0) }.item()
    #expect(abs(fourth - sin(Tensor(0.7)).item()) < 1e-14)
  }

  @Test func multipliesByTheHessian() {
    // f = x₀² x₁ + x₁³ has the Hessian [[2x₁, 2x₀], [2x₀, 6x₁]].
    let x = Tensor([3, 2] as [Double])
    let direction = Tensor([1, -2] as [Double])
    let product = gradient(of: x) { x in
      (gradient(of: x) { $0[0] * $0[0] * $0[1] + $0[1] * $0[1] * $0[1] } * direction).sum()
    }
    #expect(product.scalars() == [4.0 - 12, 6 - 24])
  }

  /// d/dx (x · d/dy (x + y)) is 1, not 2 (Siskind & Pearlmutter, 2005).
  @Test func doesNotConfuseVariables() {
    let slope = gradient(of: Tensor(1.0)) { x in
      x * gradient(of: Tensor(1.0)) { y in x + y }
    }
    #expect(slope.item() == 1)
  }

  @Test func innerClosuresSeeOuterVariables() {
    // d/dx (x² · y) at y = x, inside: 2xy; d/dx of that with y = x outside is 4x.
    let slope = gradient(of: Tensor(3.0)) { x in
      gradient(of: x) { inner in inner * inner * x }
    }
    #expect(slope.item() == 12)
  }

  @Test func outerDerivativesPassThroughInnerOnes() {
    // ∂/∂a of ∂/∂x (a x²) = 2x, with x = 5.
    let slope = gradient(of: Tensor(2.0)) { a in
      gradient(of: Tensor(5.0)) { x in a * x * x }
    }
    #expect(slope.item() == 10)
  }

  @Test func innerValuesStayTracked() {
    let slope = gradient(of: Tensor(2.0)) { x -> Tensor in
      let (value, slope) = valueAndGradient(of: x * x) { $0 * $0 }  // x⁴ and 2x²
      return value + slope
    }
    #expect(slope.item() == 4 * 8 + 4 * 2)
  }

  @Test func innerValuesMayIgnoreTheInnerVariable() {
    let slope = gradient(of: Tensor(2.0)) { x -> Tensor in
      let (value, slope) = valueAndGradient(of: Tensor(3.0)) { _ in x * x }
      return value + slope
    }
    #expect(slope.item() == 4)
  }

  @Test func detachedGradientsAreConstants() {
    let slope = gradient(of: Tensor(2.0)) { x in
      gradient(of: x) { $0 * $0 }.detached() * x
    }
    #expect(slope.item() == 4)
  }

  @Test func withoutGradientHidesInnerClosures() {
    let slope = gradient(of: Tensor(2.0)) { x in
      withoutGradient { gradient(of: x) { $0 * $0 * $0 } } * x
    }
    #expect(slope.item() == 12)
  }

  @Test func pullbacksInsideClosuresAreRecorded() {
    let slope = gradient(of: Tensor(3.0)) { x -> Tensor in
      let (_, pullback) = valueWithPullback(of: x) { $0 * $0 * $0 }
      return pullback(Tensor(1.0)) + pullback(x)
    }
    // (3x² + 3x³)′ = 6x + 9x².
    #expect(slope.item() == 18 + 81)
  }

  @Test func gradientPenaltiesTrain() {
    struct Pair: TensorTree {
      var weight = Tensor([[0.5, -1], [2, 0.25]] as [[Double]])
      var bias = Tensor([0.1, -0.2] as [Double])
    }
    let input = Tensor([[1, 2]] as [[Double]])
    func penalty(_ model: Pair) -> Tensor {
      let slope = gradient(of: input) { x in
        tanh(linear(x, weight: model.weight, bias: model.bias)).sum()
      }
      return square(slope.norm() - 1)
    }
    let model = Pair()
    let slope = gradient(of: model) { penalty($0) }
    var moved = model
    let step = 1e-6
    moved.weight[1, 0] = model.weight[1, 0] + step
    let above = penalty(moved).item()
    moved.weight[1, 0] = model.weight[1, 0] - step
    let difference = (above - penalty(moved).item()) / (2 * step)
    #expect(abs(slope.weight[1, 0].item() - difference) < 1e-7)
  }
}
