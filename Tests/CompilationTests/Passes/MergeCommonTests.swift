import Myelin
import Tensors
import TestSupport
import Testing

/// What is computed twice is computed once, for whoever reads it.
@Suite struct MergeCommonTests {
  /// Two normalizations whose results are added: both shifts have the same gradient.
  struct Sum: Layer {
    var first = LayerNorm(8)
    var second = LayerNorm(8)

    func callAsFunction(_ x: Tensor) -> Tensor { first(x) + second(tanh(x)) }
  }

  /// Optimizers read the one gradient that is left of two that are alike.
  @Test func updatesReadTheGradientThatIsLeft() throws {
    var source = RandomSource(seed: 5)
    let (x, y) = (source.normal([4, 8]), source.normal([4, 8]))
    typealias State = TrainingState<Sum, Adam>
    var eager = State(model: Sum(), optimizer: Adam(learningRate: 0.1))
    eager.optimizer.prepare(for: eager.model)
    var compiled = eager
    let step = compile { (state: inout State) in State.step(&state, x, y) }
    for _ in 0..<3 {
      _ = State.step(&eager, x, y)
      _ = step(&compiled)
    }
    for (found, expected) in [
      (compiled.model.first.bias, eager.model.first.bias),
      (compiled.model.second.bias, eager.model.second.bias),
    ] {
      expectClose(actual: try #require(found).floats, expected: try #require(expected).floats)
    }
    let plan = try #require(step.plans.first)
    #expect(PlanCheck.problems(of: plan) == [])
  }
}
