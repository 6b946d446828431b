import Myelin
import TestSupport
import Testing

/// Products whose right operand is packed, and what follows them, beside what runs at once.
@Suite struct PackedProductTests {
  /// Three linear layers large enough that their weights are packed; the last has one panel that is
  /// not full.
  private struct Layers: Layer {
    var first: Linear
    var second: Linear
    var third: Linear

    init(_ width: Int) {
      first = Linear(40, width)
      second = Linear(width, 300)
      third = Linear(300, 37)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let inner = relu(first(x))
      return third(gelu(second(inner)) * 0.5)
    }
  }

  private static func layers(_ width: Int) -> Layers {
    withRandomSeed(3) { Layers(width) }
  }

  private static func numbers(_ shape: Shape, seed: UInt64) -> Tensor {
    var random = RandomSource(seed: seed)
    return random.normal(shape)
  }

  @Test(arguments: [(8, 96), (33, 160), (300, 70)])
  func stepsAreThoseOfEagerRuns(rows: Int, width: Int) {
    var eager = TrainingState(model: PackedProductTests.layers(width), optimizer: Adam())
    var compiled = eager
    let plan = compile { (state: inout TrainingState<Layers, Adam>, x: Tensor, y: Tensor) in
      TrainingState<Layers, Adam>.step(&state, x, y)
    }
    for step in 0..<6 {
      let x = PackedProductTests.numbers([rows, 40], seed: UInt64(step))
      let y = PackedProductTests.numbers([rows, 37], seed: UInt64(100 + step))
      let expected = TrainingState<Layers, Adam>.step(&eager, x, y)
      let actual = plan(&compiled, x, y)
      expectClose(
        actual: actual.scalars(), expected: expected.scalars(), shape: [], absolute: 1e-6,
        relative: 1e-4, "loss of step \(step)")
      // What happens to the state between two calls is seen by the next one.
      if step == 3 {
        eager.model.second.weight = eager.model.second.weight * 0.5
        compiled.model.second.weight = compiled.model.second.weight * 0.5
      }
    }
    #expect(plan.cachedPlans == 1)
  }

  /// Weights stay packed while they are the same array, and no longer.
  @Test func packedWeightsFollowTheModel() {
    let plan = compile { (model: Layers, x: Tensor) in model(x) }
    let x = PackedProductTests.numbers([16, 40], seed: 1)
    var models = [PackedProductTests.layers(96), withRandomSeed(9) { Layers(96) }]
    func check(_ index: Int) {
      let (actual, expected) = (plan(models[index], x), models[index](x))
      expectClose(
        actual: actual.scalars(), expected: expected.scalars(), shape: expected.shape,
        absolute: 1e-5, relative: 1e-4, "model \(index)")
    }
    for index in [0, 0, 1, 0, 1, 1] { check(index) }
    var optimizer = SGD(learningRate: 0.1)
    for _ in 0..<3 {
      let gradients = gradient(of: models[0]) { $0(x).sum() }
      optimizer.update(&models[0], with: gradients)
      check(0)
    }
  }

  /// A copy of the state that is kept stays as it is, and runs on.
  @Test func copiesOfStateRunOn() {
    typealias State = TrainingState<Layers, Adam>
    let plan = compile { (state: inout State, x: Tensor, y: Tensor) in State.step(&state, x, y) }
    let x = PackedProductTests.numbers([24, 40], seed: 5)
    let y = PackedProductTests.numbers([24, 37], seed: 6)
    var state = State(model: PackedProductTests.layers(96), optimizer: Adam())
    for _ in 0..<3 { _ = plan(&state, x, y) }
    var kept = state
    let next = (0..<3).map { _ in plan(&state, x, y).floats }
    #expect((0..<3).map { _ in plan(&kept, x, y).floats } == next)
  }

  /// A single row reads all of a weight, packed or not: it is packed for several products together,
  /// as the steps of a recurrent layer are.
  @Test(arguments: [(1, false), (3, false), (4, true), (9, true)])
  func singleRows(steps: Int, isPacked: Bool) {
    let chain = { @Sendable (layer: Linear, x: Tensor) in
      (0..<steps).reduce(x) { y, _ in tanh(layer(y)) }
    }
    let layer = withRandomSeed(3) { Linear(200, 200) }
    let plan = compile(chain)
    let x = PackedProductTests.numbers([1, 200], seed: 1)
    expectClose(
      actual: plan(layer, x).scalars(), expected: chain(layer, x).scalars(), shape: [1, 200],
      absolute: 1e-5, relative: 1e-4, "\(steps) steps")
    #expect("\(plan.plans[0])".contains("product") == isPacked)
  }
}
