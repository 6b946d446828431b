import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// Values that several instructions write, each a part.
@Suite struct PartTests {
  /// A function, and how many copies its plan has.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let copies: Int
    let function: @Sendable (Tensor) -> [Tensor]

    init(_ name: String, copies: Int, _ function: @escaping @Sendable (Tensor) -> [Tensor]) {
      testDescription = name
      self.copies = copies
      self.function = function
    }
  }

  private static let weight = Tensor((0..<16).map { Float($0) / 16 - 0.4 }).reshaped(to: [4, 4])

  /// x → tanh(x · W) → …, `count` of them.
  private static func chain(_ x: Tensor, _ count: Int) -> [Tensor] {
    var states: [Tensor] = []
    for _ in 0..<count { states.append(tanh(matmul(states.last ?? x, weight))) }
    return states
  }

  static let cases = [
    Case("one stack", copies: 0) { x in
      [matmul(stack(chain(x, 3)).reshaped(to: [-1, 4]), weight)]
    },
    Case("a result", copies: 0) { x in [stack(chain(x, 3))] },
    Case("a step is a result too", copies: 1) { x in
      let states = chain(x, 3)
      return [stack(states), states[1]]
    },
    Case("two stacks of the same", copies: 0) { x in
      let states = chain(x, 4)
      let (a, b) = (stack(states), concatenate(states, along: 0))
      return [matmul(a.reshaped(to: [-1, 4]), weight), matmul(b, weight)]
    },
    Case("one step further", copies: 0) { x in
      let states = chain(x, 4)
      let (a, b) = (concatenate(Array(states[0..<3])), concatenate(Array(states[1..<4])))
      return [matmul(a, weight), matmul(b, weight)]
    },
    Case("in another order", copies: 3) { x in
      let states = chain(x, 3)
      let (a, b) = (concatenate(states), concatenate(states.reversed()))
      return [matmul(a, weight), matmul(b, weight)]
    },
    Case("the same twice", copies: 1) { x in
      let states = chain(x, 2)
      return [matmul(concatenate([states[0], states[1], states[0]]), weight)]
    },
    Case("columns", copies: 0) { x in
      let states = chain(x, 2)
      return [matmul(weight, concatenate([states[0], states[1]], along: 1))]
    },
    Case("columns in a stack", copies: 0) { x in
      let states = chain(x, 4)
      let pairs = [
        concatenate([states[0], states[1]], along: 1),
        concatenate([states[2], states[3]], along: 1),
      ]
      let a = concatenate(pairs)
      return [matmul(weight, pairs[0]), a.sum(along: 0)]
    },
    Case("the argument itself", copies: 1) { x in
      [matmul(concatenate([x, tanh(x)]), weight)]
    },
    Case("transposed", copies: 2) { x in
      let states = chain(x, 2)
      return [matmul(stack(states.map { $0.transposed() }).reshaped(to: [-1, 4]), weight)]
    },
  ]

  @Test(arguments: cases) func agreesWithEager(_ test: Case) {
    var source = RandomSource(seed: 3)
    let x = source.uniform([4, 4], from: -1, to: 1)
    let compiled = compile { (x: Tensor) -> [Tensor] in test.function(x) }
    for (actual, expected) in zip(compiled(x), test.function(x)) {
      expectClose(actual: actual.scalars(), expected: expected.scalars())
    }
    let copies = compiled.plans.first?.graph.instructions.reduce(0) { count, instruction in
      guard case .fused(let fusion) = instruction.operation else {
        return count + (instruction.operation == .copy ? 1 : 0)
      }
      return count + fusion.instructions.count { $0.operation == .copy }
    }
    #expect(copies == test.copies)
  }

  @Test func sumsOfTheSamePartsAreOne() {
    var source = RandomSource(seed: 3)
    let x = source.uniform([4, 4], from: -1, to: 1)
    let compiled = compile { (x: Tensor) -> [Tensor] in
      let states = Self.chain(x, 3)
      return [stack(states).reshaped(to: [-1, 4]), concatenate(states)].map { $0.sum(along: 0) }
    }
    let sums = compiled(x)
    expectClose(actual: sums[0].scalars(), expected: sums[1].scalars())
    let operations = compiled.plans.first?.graph.instructions.flatMap { instruction in
      guard case .fused(let fusion) = instruction.operation else { return [instruction.operation] }
      return fusion.instructions.map(\.operation)
    }
    let count = operations?.count { if case .reduce = $0 { true } else { false } }
    #expect(count == 1)
  }
}
