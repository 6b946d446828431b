import Arrays
import Myelin
import TestSupport
import Tensors
import Testing

/// The gradients of a long short-term memory that is unrolled in time.
@Suite struct UnrolledLoopTests {
  private struct Cell: Module {
    var weight_ih = Linear(12, 32).weight
    var weight_hh = Linear(8, 32).weight
    var bias = Tensor.zeros([32])

    func callAsFunction(_ x: Tensor) -> Tensor {
      let inputs = linear(x, weight: weight_ih)
      var h = Tensor.zeros([x.shape[1], 8])
      var c = h
      return stack(
        (0..<x.shape[0]).map { time in
          let gates = inputs[time] + linear(h, weight: weight_hh, bias: bias)
          let parts = gates.split(into: 4, along: 1)
          c = sigmoid(parts[1]) * c + sigmoid(parts[0]) * tanh(parts[2])
          h = sigmoid(parts[3]) * tanh(c)
          return h
        })
    }
  }

  private static func gradients(_ cell: Cell, _ x: Tensor) -> [Tensor] {
    let (loss, gradient) = valueAndGradient(of: cell) { square($0(x)).mean() }
    return [loss] + gradient.parameters
  }

  private static func check(steps: Int) -> Graph? {
    let cell = withRandomSeed(1) { Cell() }
    var source = RandomSource(seed: 5)
    let x = source.uniform([steps, 2, 12], from: -1, to: 1)
    let compiled = compile { (x: Tensor) -> [Tensor] in gradients(cell, x) }
    for (actual, expected) in zip(compiled(x), gradients(cell, x)) {
      expectClose(actual: actual.scalars(), expected: expected.scalars())
    }
    return compiled.plans.first?.graph
  }

  /// The operations of a graph, those inside of loops among them.
  private static func operations(_ graph: Graph?) -> [Traced] {
    (graph?.instructions ?? []).flatMap { instruction -> [Traced] in
      guard case .fused(let fusion) = instruction.operation else { return [instruction.operation] }
      return fusion.instructions.map(\.operation)
    }
  }

  typealias Traced = Tensors.Operation

  /// Each weight's gradient is one product for all times, and a step of time adds as many
  /// instructions to a long sequence as to a short one.
  @Test func gradientsAreGathered() {
    let counts = [6, 12, 18].map { steps -> (all: Int, products: Int) in
      let operations = UnrolledLoopTests.operations(UnrolledLoopTests.check(steps: steps))
      let products = operations.filter { if case .matmul = $0 { true } else { false } }
      return (operations.count, products.count)
    }
    #expect(counts[1].all - counts[0].all == counts[2].all - counts[1].all)
    #expect(counts[2].products <= 2 * 18 + 4)
  }

  /// A step of time is a product and a loop forward, and a loop and a product backward; what they
  /// make lies where the products over all times want it, without copies.
  @Test func stepsAreOneProductAndOneLoop() {
    let plans = [6, 12, 18].compactMap { UnrolledLoopTests.check(steps: $0) }
    let counts = plans.map(\.instructions.count)
    #expect(counts[1] - counts[0] == 4 * 6)
    #expect(counts[2] - counts[1] == 4 * 6)
    let copies = plans.map { plan in
      UnrolledLoopTests.operations(plan).count { $0 == .copy }
    }
    #expect(copies[2] == copies[0])
  }
}
