import Myelin

/// A function with loops in it, and where it is differentiated. Numbers are float64, so that finite
/// differences can tell.
struct LoopCase: Sendable, CustomStringConvertible {
  let description: String
  let inputs: [Tensor]
  let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ description: String, _ shapes: [Shape], _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.description = description
    var source = RandomSource(seed: 7)
    inputs = shapes.map { source.normal($0, standardDeviation: 0.5, .float64) }
    self.function = function
  }
}

/// A recurrent cell with gates and weights of its own.
struct GatedCell: TensorTree {
  var input: Tensor
  var hidden: Tensor

  func callAsFunction(_ x: Tensor, _ state: inout [Tensor]) -> Tensor {
    let width = state[0].shape[1]
    let gates = matmul(x, input) + matmul(state[0], hidden)
    func gate(_ index: Int) -> Tensor {
      gates.slice(index * width..<(index + 1) * width, along: 1)
    }
    state[1] = sigmoid(gate(1)) * state[1] + sigmoid(gate(0)) * tanh(gate(2))
    state[0] = sigmoid(gate(3)) * tanh(state[1])
    return state[0]
  }
}

extension Tensor {
  func squared() -> Tensor { self * self }
}

extension LoopCase {
  static let all: [LoopCase] =
    scans + carries + newton + whileLoops + branches + conditionals + nested

  private static func recurrent(_ steps: Int, reversed: Bool = false) -> LoopCase {
    LoopCase(
      "\(steps) steps of a recurrent cell" + (reversed ? " reversed" : ""),
      [[steps, 2, 3], [2, 4], [3, 4], [4, 4]]
    ) { inputs in
      let (last, outputs) = scan(over: inputs[0], from: inputs[1], reversed: reversed) { state, x in
        state = tanh(matmul(x, inputs[2]) + matmul(state, inputs[3]))
        return state * state
      }
      return last.sum() + (outputs * outputs).sum()
    }
  }

  private static let scans: [LoopCase] = [
    recurrent(5), recurrent(5, reversed: true), recurrent(1), recurrent(0),
    LoopCase("a gated cell", [[4, 2, 3], [3, 16], [4, 16]]) { inputs in
      let cell = GatedCell(input: inputs[1], hidden: inputs[2])
      let zero = Tensor.zeros([2, 4], .float64)
      let (last, outputs) = scan(over: inputs[0], from: [zero, zero]) { state, x in
        cell(x, &state)
      }
      return (outputs * outputs).sum() + last[1].sum()
    },
    LoopCase("a sequence that is a view", [[2, 4, 3], [2, 3]]) { inputs in
      let (last, outputs) = scan(over: inputs[0].transposed(0, 1), from: inputs[1]) { state, x in
        state = state * x + x
        return sin(state)
      }
      return outputs.sum() + (last * last).sum()
    },
    LoopCase("several sequences, outputs unused", [[4, 3], [4, 2, 3], [3]]) { inputs in
      scan(over: [inputs[0], inputs[1]], from: inputs[2]) { state, x in
        state = state + x[0] * x[1].sum(along: 0)
        return [x[0], x[1] * 2]
      }.carry.squared().sum()
    },
  ]

  private static let carries: [LoopCase] = [
    LoopCase("carries that change places", [[4, 3], [3], [3]]) { inputs in
      let (last, outputs) = scan(over: inputs[0], from: [inputs[1], inputs[2]]) { state, x in
        let old = state[0]
        state = [state[1], state[0]]
        return old * x
      }
      return (last[0] * outputs[1]).sum() + outputs.squared().sum()
    },
    LoopCase("a carry that is given as it was", [[4, 3], [3]]) { inputs in
      let (last, outputs) = scan(over: inputs[0], from: inputs[1]) { state, x in
        let old = state
        state = state * x
        return old
      }
      return (last * outputs[2]).sum() + outputs.squared().sum()
    },
    LoopCase("a carry that stays, and integers", [[4, 3], [3]]) { inputs in
      struct Carry: TensorTree {
        var weight: Tensor
        var step: Tensor
        var rate: Number
      }
      let start = Carry(weight: inputs[1], step: Tensor(0), rate: 1)
      let (last, outputs) = scan(over: inputs[0], from: start) { state, x in
        state.step = state.step + 1
        state.rate = state.rate * 0.5
        return (state.weight * x * state.step.to(.float64)).scaled(by: state.rate)
      }
      return outputs.squared().sum() + (last.step.to(.float64) * inputs[1]).sum()
    },
  ]

  private static let newton: [LoopCase] = [2.0, 30].map { start in
    LoopCase("Newton's iteration from \(start)", [[3], [3]]) { inputs in
      let a = inputs[0].squared() + 1
      let first = inputs[1].squared() * 0.1 + start
      let root = whileLoop(
        from: first, maximumSteps: 20, while: { abs($0 * $0 - a).max() .> 1e-3 }
      ) { $0 = ($0 + a / $0) * 0.5 }
      return (root * inputs[1]).sum()
    }
  }

  private static let whileLoops: [LoopCase] = [
    LoopCase("a loop without a step", [[3]]) { inputs in
      whileLoop(from: inputs[0], maximumSteps: 4, while: { $0.sum() .> 1e9 }) { $0 = $0 * 2 }
        .squared().sum()
    },
    LoopCase("as many steps as there may be", [[3], [3]]) { inputs in
      whileLoop(from: inputs[0], maximumSteps: 4, while: { $0.sum() .< 1e9 }) {
        $0 = $0 * inputs[1] + 1
      }.squared().sum()
    },
  ]

  private static let branches: [LoopCase] = [1e9, -1e9].map { bound in
    LoopCase("a branch, where the bound is \(bound)", [[3], [3]]) { inputs in
      let (x, y) = (inputs[0], inputs[1])
      let chosen = conditional(x.sum() .< bound, [x, y], then: { [$0[0] * y, $0[1]] }) {
        [exp($0[0]), y.squared() * $0[0]]
      }
      return (chosen[0] + chosen[1]).squared().sum()
    }
  }

  private static let conditionals: [LoopCase] = [
    LoopCase("branches without an operand", [[3]]) { inputs in
      conditional(inputs[0].sum() .< 0, then: { inputs[0] * 2 }, else: { inputs[0].squared() })
        .sum()
    }
  ]

  private static let nested: [LoopCase] = [
    LoopCase("a scan in a scan", [[3, 4, 2], [2], [2]]) { inputs in
      let (last, outputs) = scan(over: inputs[0], from: inputs[1]) { outer, rows in
        let (inner, sums) = scan(over: rows, from: outer) { [outer] state, x in
          state = tanh(state * inputs[2] + x)
          return state * outer
        }
        outer = inner * inputs[2]
        return sums
      }
      return last.sum() + outputs.squared().sum()
    },
    LoopCase("a branch in a scan", [[5, 2], [2], [2]]) { inputs in
      let (last, outputs) = scan(over: inputs[0], from: inputs[1]) { state, x in
        state = conditional(
          x.sum() .> 0, state, then: { $0 * inputs[2] + x }, else: { tanh($0) - x })
        return state
      }
      return last.sum() + outputs.squared().sum()
    },
    LoopCase("a loop in a branch in a scan", [[3, 2], [2]]) { inputs in
      scan(over: inputs[0], from: inputs[1]) { state, x in
        state = conditional(x.sum() .> 0) { [state] in
          whileLoop(from: state, maximumSteps: 5, while: { $0.squared().sum() .< 4 }) {
            $0 = $0 * 1.5 + x
          }
        } else: { [state] in
          state * x
        }
        return state
      }.outputs.squared().sum()
    },
    LoopCase("a gradient in a scan", [[3, 2], [2]]) { inputs in
      scan(over: inputs[0], from: inputs[1]) { state, x in
        state = state - gradient(of: state) { (sin($0) * x).sum() + ($0 * inputs[1]).sum() } * 0.1
        return state
      }.outputs.squared().sum()
    },
  ]
}
