import Myelin
import TestSupport
import Testing

/// Layers that record the next values of buffers inside loops and branches: they move on step by
/// step, compiled as eagerly.
@Suite struct LoopBufferTests {
  /// A cell with running statistics and a random stream.
  struct Cell: Module {
    var linear = withRandomSeed(1) { Linear(3, 4) }
    var normalization: BatchNorm1D
    var dropout = withRandomSeed(2) { Dropout(0.25) }
    @Buffer var steps = Tensor(0)

    func callAsFunction(_ x: Tensor) -> Tensor {
      if isTraining { $steps.setNext($steps.latest + 1) }
      return dropout(normalization(tanh(linear(x))))
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loss: @Sendable (Cell, Tensor) -> Tensor

    init(_ name: String, _ loss: @escaping @Sendable (Cell, Tensor) -> Tensor) {
      testDescription = name
      self.loss = loss
    }
  }

  private static func recurrence(_ cell: Cell, _ x: Tensor, from start: Tensor) -> Tensor {
    scan(over: x, from: start) { state, x in
      state = tanh(cell(x) + state)
      return state
    }.outputs
  }

  private static let start = Tensor.zeros([5, 4])

  static let cases = [
    Case("in a scan") { cell, x in recurrence(cell, x, from: start).squared().mean() },
    Case("around a scan, too") { cell, x in
      let first = cell(x[0])
      let states = recurrence(cell, x, from: first)
      return (states.squared().sum() + cell(x[1]).squared().sum()) * 0.01
    },
    Case("in a scan in a scan") { cell, x in
      scan(over: stack([x, x * 0.5]), from: start) { state, rows in
        state = recurrence(cell, rows, from: cell(rows[0]) + state)[2]
        return state
      }.outputs.squared().mean()
    },
    Case("in a model that is the carry") { cell, x in
      scan(over: x, from: cell) { cell, x in cell(x) }.outputs.squared().mean()
    },
    Case("in a branch of a scan") { cell, x in
      scan(over: x, from: start) { state, x in
        state = conditional(
          x.sum() .> 0, state, then: { $0 + cell(x) }, else: { sin($0) + cell.linear(x) })
        return state
      }.outputs.squared().mean()
    },
    Case("in a while loop") { cell, x in
      whileLoop(
        from: start, maximumSteps: 6,
        while: { state in
          withTraining(false) { abs(state).max() + cell(x[0]).squared().sum() * 0 } .< 2
        }
      ) { $0 = $0 + cell(x[0]) }.squared().mean()
    },
    Case("in a gradient closure in a scan") { cell, x in
      scan(over: x, from: cell) { cell, x in
        let (loss, gradients) = valueAndGradient(of: &cell) { $0(x).squared().mean() }
        cell.linear.weight = cell.linear.weight - gradients.linear.weight * 0.5
        return loss
      }.outputs.sum()
    },
  ]

  private static func sequence(_ steps: Int) -> Tensor {
    var source = RandomSource(seed: 3)
    return source.normal([steps, 5, 3])
  }

  @Test(arguments: cases, [0.1, nil] as [Double?])
  func moveOn(_ test: Case, momentum: Double?) {
    @Sendable func step(_ cell: inout Cell, _ x: Tensor) -> Tensor {
      let (loss, gradients) = valueAndGradient(of: &cell) { test.loss($0, x) }
      cell.linear.weight = cell.linear.weight - gradients.linear.weight * 0.5
      return loss
    }
    var eager = Cell(normalization: BatchNorm1D(4, momentum: momentum))
    var compiled = eager
    let plan = compile(step)
    for _ in 0..<3 {
      let x = LoopBufferTests.sequence(3)
      let expected = step(&eager, x).item()
      #expect(abs(plan(&compiled, x).item() - expected) < 1e-5)
    }
    #expect(plan.cachedPlans == 1)
    for (a, b) in zip(eager.namedTensors, compiled.namedTensors) {
      #expect(a.path == b.path)
      expectClose(
        actual: b.tensor.floats, expected: a.tensor.floats, absolute: 2e-5, relative: 1e-4, a.path)
    }
  }

  @Test func stayWhereThereIsNoStep() {
    @Sendable func run(_ cell: inout Cell, _ x: Tensor) -> Tensor {
      valueAndGradient(of: &cell) {
        LoopBufferTests.recurrence($0, x, from: LoopBufferTests.start).sum()
      }.value
    }
    var eager = Cell(normalization: BatchNorm1D(4))
    var compiled = eager
    _ = run(&eager, LoopBufferTests.sequence(0))
    _ = compile(run)(&compiled, LoopBufferTests.sequence(0))
    for cell in [eager, compiled] {
      #expect(cell.steps.item() == 0)
      #expect(cell.normalization.running_var.floats == [1, 1, 1, 1])
    }
  }
}
