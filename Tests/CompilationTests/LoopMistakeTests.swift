import Myelin
import Testing

/// A programmer's mistake in a loop stops the program with one message, eager and compiled.
@Suite struct LoopMistakeTests {
  struct Mistake: Sendable {
    let message: String
    let make: @Sendable (Tensor) -> Tensor

    init(_ message: String, _ make: @escaping @Sendable (Tensor) -> Tensor) {
      self.message = message
      self.make = make
    }
  }

  private struct Carry: TensorTree {
    var hidden: Tensor
    var steps = 0
  }

  private struct Counter: TensorTree {
    @Buffer var count = Tensor(0)

    func callAsFunction(_ x: Tensor) -> Tensor {
      $count.setNext($count.latest + 1)
      return x
    }
  }

  /// The gradient of the sum of what a function gives that has a buffer at hand.
  private static func countingGradient(
    _ x: Tensor, _ function: @escaping @Sendable (Counter, Tensor) -> Tensor
  ) -> Tensor {
    struct Pair: TensorTree {
      var counter = Counter()
      var x: Tensor
    }
    var pair = Pair(x: x)
    return valueAndGradient(of: &pair) { function($0.counter, $0.x).sum() }.gradient.x
  }

  private func expectStop(
    _ message: String, in result: ExitTest.Result?, _ sourceLocation: SourceLocation
  ) throws {
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(message + "\n"), "expected \"\(message)\", found:\n\(text)",
      sourceLocation: sourceLocation)
  }

  /// Each runs in a process of its own, which must stop.
  @Test(arguments: mistakes.indices)
  func stopsEagerly(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      _ = LoopMistakeTests.mistakes[index].make(Tensor.ones([3, 2]))
    }
    try expectStop(Self.mistakes[index].message, in: result, #_sourceLocation)
  }

  @Test(arguments: (mistakes + compiledMistakes).indices)
  func stopsCompiled(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      let mistakes = LoopMistakeTests.mistakes + LoopMistakeTests.compiledMistakes
      _ = compile(mistakes[index].make)(Tensor.ones([3, 2]))
    }
    try expectStop(
      (Self.mistakes + Self.compiledMistakes)[index].message, in: result, #_sourceLocation)
  }

  static let mistakes = [
    Mistake(
      "scan: the carry is float32 [2] before and float32 [2, 2] after a step; shape and type must "
        + "stay"
    ) { x in
      scan(over: x, from: x[0]) { state, x in
        state = stack([state, x])
        return x
      }.carry
    },
    Mistake(
      "scan: the carry at 'hidden' is float32 [2] before and int64 [2] after a step; shape and "
        + "type must stay"
    ) { x in
      scan(over: x, from: Carry(hidden: x[0])) { state, x in
        state.hidden = state.hidden.to(.int64)
        return x
      }.outputs
    },
    Mistake(
      "scan: the sequence at '1' has shape [2, 2], its first tensor [3, 2]; axis 0 is time and "
        + "must be equally long"
    ) { x in scan(over: [x, x[0..<2]], from: x[0]) { _, x in x[0] }.outputs },
    Mistake("scan: the sequence has no axis; time is axis 0") { x in
      scan(over: x.sum(), from: x) { _, x in x }.outputs
    },
    Mistake(
      "whileLoop: the condition must be one bool, found bool [3, 2]; compare first, as in x .> 0, "
        + "and fold with any() or all()"
    ) { x in whileLoop(from: x, while: { $0 .> 0 }) { $0 = $0 - 1 } },
    Mistake("whileLoop: maximumSteps -1 is negative") { x in
      whileLoop(from: x, maximumSteps: -1, while: { $0.sum() .> 0 }) { $0 = $0 - 1 }
    },
  ]

  static let compiledMistakes = [
    Mistake("conditional: one branch gives float32 [3, 2], the other float32 [2]") { x in
      conditional(x.sum() .> 0, x, then: { $0 }, else: { $0[0] })
    },
    Mistake(
      "scan: a step changes plain values of the carry, which compile cannot repeat; only tensors, "
        + "Numbers and random sources may change"
    ) { x in
      scan(over: x, from: Carry(hidden: x[0])) { state, x in
        state.steps += 1
        return x
      }.outputs
    },
    Mistake(
      "whileLoop: the condition records the next value of a buffer, which only a step may; leave "
        + "training mode there: withTraining(false) { … }"
    ) { x in
      countingGradient(x) { counter, x in
        whileLoop(from: x, maximumSteps: 3, while: { counter($0).sum() .< 9 }) { $0 = $0 * 2 }
      }
    },
    Mistake(
      "whileLoop: the condition records the next value of a buffer, which only a step may; leave "
        + "training mode there: withTraining(false) { … }"
    ) { x in
      countingGradient(x) { counter, x in
        whileLoop(from: x, maximumSteps: 3, while: { counter($0).sum() .< 9 }) {
          $0 = counter($0) * 2
        }
      }
    },
    Mistake(
      "scan: a buffer's next value is float32 [2], its current one int64 []; shape and type must "
        + "stay"
    ) { x in
      countingGradient(x) { counter, x in
        scan(over: x, from: x[0]) { _, x in
          counter.$count.setNext(x)
          return x
        }.outputs
      }
    },
    Mistake(
      "whileLoop: a gradient through a loop in a compiled step keeps the carry of every step; say "
        + "with maximumSteps how many there can be"
    ) { x in
      gradient(of: x) { x in
        whileLoop(from: x, while: { $0.sum() .< 9 }) { $0 = $0 * 2 }.sum()
      }
    },
  ]
}
