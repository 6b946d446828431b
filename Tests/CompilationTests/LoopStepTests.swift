import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// Loops as parts of training steps and of plans.
@Suite struct LoopStepTests {
  private struct Model: Layer {
    var cell = GatedCell(
      input: withRandomSeed(1) { RandomSource.withCurrent { $0.normal([3, 16]) } } * 0.3,
      hidden: withRandomSeed(2) { RandomSource.withCurrent { $0.normal([4, 16]) } } * 0.3)
    var output = withRandomSeed(3) { Linear(4, 2) }

    func callAsFunction(_ sequence: Tensor) -> Tensor {
      let zero = Tensor.zeros([sequence.shape[1], 4])
      let (last, _) = scan(over: sequence, from: [zero, zero]) { [cell] state, x in
        cell(x, &state)
      }
      return output(last[0])
    }
  }

  private typealias State = TrainingState<Model, Adam>

  private static var state: State {
    State(model: Model(), optimizer: Adam(learningRate: 0.01))
  }

  private static func sequence(_ steps: Int) -> Tensor {
    var source = RandomSource(seed: 5)
    return source.normal([steps, 2, 3])
  }

  @Test func aRecurrentModelTrainsAsItDoesEagerly() {
    var (eager, compiled) = (LoopStepTests.state, LoopStepTests.state)
    let step = compile(State.step)
    let (x, y) = (LoopStepTests.sequence(6), Tensor.ones([2, 2]))
    for _ in 0..<10 {
      let expected = State.step(&eager, x, y).item()
      #expect(abs(step(&compiled, x, y).item() - expected) < 1e-5)
    }
    #expect(step.cachedPlans == 1)
    for (a, b) in zip(eager.model.parameters, compiled.model.parameters) {
      #expect(abs(a - b).max().item() < 1e-5)
    }
  }

  /// The plans of a step with a sequence of each length.
  private func plans(_ lengths: [Int]) -> [Plan] {
    lengths.map { length in
      let step = compile(State.step)
      var state = LoopStepTests.state
      for _ in 0..<2 { _ = step(&state, LoopStepTests.sequence(length), Tensor.ones([2, 2])) }
      return step.plans[0]
    }
  }

  @Test func aThousandStepsMakeNoLargerGraph() {
    let plans = plans([10, 1000])
    #expect(plans[0].graph.instructions.count == plans[1].graph.instructions.count)
    #expect(plans[1].graph.values.count < 300)
    let loops = plans[1].graph.instructions.filter {
      if case .loop = $0.operation { true } else { false }
    }
    #expect(loops.count == 2)
  }

  @Test func memoryGrowsWithTheCarriesAlone() {
    let plans = plans([10, 1000])
    // Two carries of 2 × 4 numbers are kept, and the outputs and what is given for each step.
    let perStep = Double(plans[1].peakBytes - plans[0].peakBytes) / 990
    #expect(perStep <= Double(4 * 4 * 2 * 4))
  }

  @Test func manyTasksRunOnePlan() async {
    let run = compile { (x: Tensor, start: Tensor) in
      let (last, outputs) = scan(over: x, from: start) { state, x in
        state = conditional(x.sum() .> 0, state, then: { $0 * 0.5 + x }, else: { tanh($0) - x })
        return state
      }
      return (last, outputs.sum())
    }
    let inputs = (0..<16).map { seed -> Tensor in
      var source = RandomSource(seed: UInt64(seed))
      return source.normal([50, 8])
    }
    let start = Tensor.zeros([8])
    let expected = inputs.map { run($0, start).1.item() }
    let found = await withTaskGroup(of: (Int, Double).self) { group in
      for _ in 0..<4 {
        for (index, x) in inputs.enumerated() {
          group.addTask { (index, run(x, start).1.item()) }
        }
      }
      return await group.reduce(into: [(Int, Double)]()) { $0.append($1) }
    }
    for (index, value) in found { #expect(value == expected[index]) }
    #expect(run.cachedPlans == 1)
  }

  @Test func randomSourcesAndNumbersMoveOnInTheCarry() {
    struct Carry: TensorTree {
      var source = RandomSource(seed: 9)
      var rate: Number = 1
      var sum = Tensor.zeros([3])
    }
    @Sendable func draw(_ start: Carry, _ x: Tensor) -> (Carry, Tensor) {
      scan(over: x, from: start) { carry, x in
        carry.sum = carry.sum + carry.source.normal([3]).scaled(by: carry.rate) * x
        carry.rate = carry.rate * 0.9
        return carry.sum
      }
    }
    let x = LoopStepTests.sequence(7)[0..., 0]
    let eager = draw(Carry(), x)
    let compiled = compile { (start: Carry, x: Tensor) in
      let (last, outputs) = draw(start, x)
      return (last, outputs)
    }(Carry(), x)
    expectClose(actual: compiled.1.scalars(), expected: eager.1.scalars())
    #expect(compiled.0.source.position == eager.0.source.position)
    #expect(abs(compiled.0.rate.value - eager.0.rate.value) < 1e-12)
  }

  @Test func stateIsGivenBackAsItWas() {
    struct Pair: TensorTree {
      var a: Tensor = [1, 2]
      var b: Tensor = [3, 4]
    }
    let swap = compile { (pair: inout Pair) -> Tensor in
      let old = pair.a
      pair.a = pair.b
      pair.b = old
      return old
    }
    let add = compile { (x: inout Tensor) -> Tensor in
      let old = x
      x = x + 1
      return old
    }
    var pair = Pair()
    #expect(swap(&pair).scalars(as: Float.self) == [1, 2])
    #expect(pair.a.scalars(as: Float.self) == [3, 4])
    #expect(pair.b.scalars(as: Float.self) == [1, 2])
    var x: Tensor = [1, 2]
    for step in 0..<3 {
      #expect(add(&x).scalars(as: Float.self) == [1, 2].map { $0 + Float(step) })
    }
    #expect(x.scalars(as: Float.self) == [4, 5])
  }

  @Test func twoCarriesMayStartFromOneTensor() {
    let run = compile { (x: Tensor) in
      let zero = x[0].zerosLike()
      let (last, _) = scan(over: x, from: [zero, zero]) { state, x in
        state = [state[0] + x, state[1] - x]
        return x
      }
      return (last[0], last[1])
    }
    let (a, b) = run([[1, 2], [3, 4]])
    #expect(a.scalars(as: Float.self) == [4, 6])
    #expect(b.scalars(as: Float.self) == [-4, -6])
  }
}
