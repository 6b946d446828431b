import Arrays
import Myelin

/// Gradients of `LSTM` over short and long sequences, eager and compiled, beside the same recurrence
/// as a loop of `LSTMCell` and as a `scan` of it (record 28).
enum RecurrentBenchmarks {
  private struct Sizes {
    let steps: Int
    let batch: Int
    let hidden: Int
  }

  private static let sizes = [
    Sizes(steps: 64, batch: 32, hidden: 256), Sizes(steps: 1000, batch: 32, hidden: 256),
    Sizes(steps: 64, batch: 4, hidden: 32), Sizes(steps: 1000, batch: 4, hidden: 32),
  ]

  static func run() {
    for sizes in sizes {
      let shape: Shape = [sizes.steps, sizes.batch, sizes.hidden]
      let x = withRandomSeed(1) { RandomSource.withCurrent { $0.normal(shape) } }
      let layer = withRandomSeed(2) { LSTM(sizes.hidden, sizes.hidden) }
      let cell = withRandomSeed(2) { LSTMCell(sizes.hidden, sizes.hidden) }
      let name = "\(sizes.steps) steps of \(sizes.batch)×\(sizes.hidden)"
      compare("LSTM, \(name)", layer, x) { $0($1).output }
      compare("scan of LSTMCell, \(name)", cell, x, eager: false) { cell, x in
        let zeros = Tensor.zeros([x.shape[1], x.shape[2]])
        return scan(over: x, from: LSTMState(hidden: zeros, cell: zeros)) { state, x in
          state = cell(x, state: state)
          return state.hidden
        }.outputs
      }
      if sizes.steps > 64 { continue }
      compare("loop of LSTMCell, \(name)", cell, x) { cell, x in
        var state: LSTMState?
        return stack(
          (0..<x.shape[0]).map { time in
            let next = cell(x[time], state: state)
            state = next
            return next.hidden
          })
      }
    }
  }

  private static func compare<Model: Module>(
    _ name: String, _ model: Model, _ x: Tensor, eager: Bool = true,
    _ output: @escaping @Sendable (Model, Tensor) -> Tensor
  ) {
    let step: @Sendable (Model, Tensor) -> Model = { model, x in
      gradient(of: model) { square(output($0, x)).sum() }
    }
    if eager {
      report("\(name), eager", Timing(windows: 5, repetitions: 1) { _ = step(model, x) })
    }
    let compiled = compile(step)
    let clock = ContinuousClock()
    let first = clock.measure { _ = compiled(model, x) }
    report("its first compiled call", "\(first)")
    report("compiled", Timing(windows: 8, repetitions: 1) { _ = compiled(model, x) })
    report("memory of the plan", "\(compiled.plans[0].peakBytes >> 10) KiB")
  }
}
