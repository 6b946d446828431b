import Arrays
import Myelin

/// What a training step of hardly any arithmetic costs, eager and compiled, and what of that is the
/// call around the plan.
enum CompileBenchmarks {
  private struct Network: Layer {
    var hidden = Linear(2, 4)
    var output = Linear(4, 1)

    func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(sigmoid(hidden(x)))) }
  }

  private typealias State = Training<Network>

  static func run() {
    let inputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let targets: Tensor = [[0], [1], [1], [0]]
    var state = State(Network())
    report(
      "step of 2-4-1 with Adam, eager",
      Timing(repetitions: 200) { _ = State.step(&state, inputs, targets) })
    let step = compile(State.step)
    report(
      "the same, compiled", Timing(repetitions: 1000) { _ = step(&state, inputs, targets) })
    report("its kernels", String(step.plans[0].graph.instructions.count))
    // The same arguments and one result, with a single addition to run.
    let call = compile { (state: inout State, x: Tensor, y: Tensor) -> Tensor in
      state.optimizer.learningRate = 0.01
      return y + 1
    }
    report(
      "a call with the same arguments and one kernel",
      Timing(repetitions: 1000) { _ = call(&state, inputs, targets) })
    let visitor = TensorVisitor()
    report("a walk over the state", Timing(repetitions: 1000) { state.visitTensors(visitor) })
    let identity = compile { (x: Tensor) in x }
    report("a call of the identity", Timing(repetitions: 1000) { _ = identity(inputs) })
    first(inputs, targets)
  }

  /// What the first call costs: the trace and the plan.
  private static func first(_ inputs: Tensor, _ targets: Tensor) {
    var state = State(Network())
    _ = State.step(&state, inputs, targets)
    report(
      "the first call: trace, plan and run",
      Timing(windows: 10, repetitions: 5) { _ = compile(State.step)(&state, inputs, targets) })
  }
}
