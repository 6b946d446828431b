import Myelin
import Testing

private struct Network: Module {
  var hidden = Linear(2, 8)
  var output = Linear(8, 1)

  func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(tanh(hidden(x)))) }
}

private struct TrainingState: TensorTree {
  var model: Network
  var optimizer = Adam(learningRate: 0.05)
}

@Suite struct CompileTests {
  static let inputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
  static let targets: Tensor = [[0], [1], [1], [0]]

  private static func update(_ state: inout TrainingState, _ x: Tensor, _ y: Tensor) -> Tensor {
    let (loss, gradients) = valueAndGradient(of: &state.model) { mse($0(x), y) }
    state.optimizer.update(&state.model, with: gradients)
    return loss
  }

  @Test func aTrainingStepGivesWhatItGivesEagerly() {
    let model = withRandomSeed(3) { Network() }
    var eager = TrainingState(model: model)
    var compiled = TrainingState(model: model)
    let step = compile(CompileTests.update)
    for _ in 0..<50 {
      let expected = CompileTests.update(&eager, CompileTests.inputs, CompileTests.targets)
      let loss = step(&compiled, CompileTests.inputs, CompileTests.targets)
      #expect(abs(expected.item() - loss.item()) < 1e-6)
    }
    #expect(step.cachedPlans == 1)
    #expect(compiled.optimizer.state.step == 50)
    for (a, b) in zip(eager.model.parameters, compiled.model.parameters) {
      #expect(abs(a - b).max().item() < 1e-5)
    }
  }
}
