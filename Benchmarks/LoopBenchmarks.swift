import Arrays
import Myelin

/// A training step of an LSTM over 1,000 steps of `scan`, eager and compiled: small products, so
/// that what a step of the loop costs shows.
enum LoopBenchmarks {
  private struct Network: Layer {
    var input = withRandomSeed(1) { Linear(3, 16) }
    var hidden = withRandomSeed(2) { Linear(4, 16) }
    var output = withRandomSeed(3) { Linear(4, 2) }

    /// [steps, N, 3] to [N, 2]; gates in the order i, f, g, o.
    func callAsFunction(_ sequence: Tensor) -> Tensor {
      let zero = Tensor.zeros([sequence.shape[1], 4])
      let (last, _) = scan(over: sequence, from: [zero, zero]) { [input, hidden] state, x in
        let gates = input(x) + hidden(state[0])
        func gate(_ index: Int) -> Tensor { gates.slice(index * 4..<(index + 1) * 4, along: 1) }
        state[1] = sigmoid(gate(1)) * state[1] + sigmoid(gate(0)) * tanh(gate(2))
        state[0] = sigmoid(gate(3)) * tanh(state[1])
        return state[0]
      }
      return output(last[0])
    }
  }

  private typealias State = Training<Network>

  static func run() {
    var source = RandomSource(seed: 5)
    let (x, y) = (source.normal([1000, 2, 3]), Tensor.ones([2, 2]))
    var state = State(Network())
    report(
      "LSTM over 1,000 steps with Adam, eager",
      Timing(windows: 5, repetitions: 1) { _ = State.step(&state, x, y) })
    let step = compile(State.step)
    report(
      "the same, compiled", Timing(windows: 20, repetitions: 1) { _ = step(&state, x, y) })
    report(
      "its first call: trace, plan and run",
      Timing(windows: 5, repetitions: 1) { _ = compile(State.step)(&state, x, y) })
  }
}
