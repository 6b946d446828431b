import CPUBackend
import Myelin
import TestSupport
import Testing

/// Compiled functions inside others, inside gradient closures, on many tasks and threads.
@Suite struct NestingTests {
  private static let cube = compile { (x: Tensor) in x * x * x }

  @Test func insideAnotherTheyArePartOfIt() {
    let outer = compile { (x: Tensor) in NestingTests.cube(x).sum() + NestingTests.cube(x * 2).sum()
    }
    for _ in 0..<2 { #expect(outer([1, 2]).item() == 81) }
    let scale = compile { (w: inout Tensor, x: Tensor) in w = w * x }
    let twice = compile { (w: inout Tensor, x: Tensor) -> Void in
      scale(&w, x)
      scale(&w, x)
    }
    var w: Tensor = [1, 2]
    for _ in 0..<2 { twice(&w, [3, 2]) }
    #expect(w.floats == [81, 32] && scale.cachedPlans == 0 && twice.cachedPlans == 1)
  }

  @Test func insideAGradientClosureTheyAreDifferentiated() {
    for _ in 0..<2 {
      let (value, slope) = valueAndGradient(of: [1, 2] as Tensor) { NestingTests.cube($0).sum() }
      #expect(value.item() == 9 && slope.floats == [3, 12])
    }
    let second = compile { (x: Tensor) -> Tensor in
      gradient(of: x) { x in gradient(of: x) { NestingTests.cube($0).sum() }.sum() }
    }
    for _ in 0..<2 { #expect(second([1, 2]).floats == [6, 12]) }
    let pullback = compile { (x: Tensor, dy: Tensor) -> Tensor in
      valueWithPullback(of: x) { NestingTests.cube($0) }.pullback(dy)
    }
    #expect(pullback([1, 2], [1, 10]).floats == [3, 120])
  }

  @Test func onTheReferenceBackendTheyRunAsWritten() {
    let function = compile { (x: Tensor) in exp(x) }
    let found = ThreadState.withReferenceBackend { function([0, 1]) }
    #expect(function.cachedPlans == 0)
    expectClose(actual: function([0, 1]).floats, expected: found.floats)
    #expect(function.cachedPlans == 1)
  }

  @Test func withoutGradientAndRecomputationAreTraced() {
    let function = compile { (x: Tensor) -> Tensor in
      gradient(of: x) { x in
        (x * withoutGradient { x * 2 } + withRecomputation(of: [x], x) { $0[0] * $1 }).sum()
      }
    }
    for _ in 0..<2 { #expect(function([1, 3]).floats == [4, 12]) }
  }

  /// Eight tasks, two shapes, the first calls at the same time.
  @Test func manyTasksMayCallAtOnce() async {
    for _ in 0..<5 {
      let words = Words()
      let function = compile { (x: Tensor, w: [Tensor]) -> Tensor in
        words.add("traced")
        return matmul(tanh(x), w[0]).sum() + w[1].sum()
      }
      await withTaskGroup(of: Bool.self) { group in
        for task in 0..<8 {
          group.addTask {
            (0..<200).allSatisfy { call in
              let value = Float((task * 31 + call) % 17)
              let count = (task + call) % 2 == 0 ? 3 : 8
              let x = Tensor.zeros([count, 4]) + 20
              let found = function(x, [Tensor.full([4, 2], Double(value)), Tensor([value])])
              return abs(found.item() - Double(value) * Double(8 * count + 1)) < 1e-2
            }
          }
        }
        for await isRight in group { #expect(isRight) }
      }
      #expect(function.cachedPlans == 2 && words.count == 2)
    }
  }

  /// Each task trains a model of its own with one compiled step.
  @Test func manyTasksMayTrainAtOnce() async {
    typealias State = TrainingState<Network, Adam>
    let step = compile(State.step)
    @Sendable func train(_ seed: UInt64, _ isCompiled: Bool) -> [Float] {
      var state = State(
        model: withRandomSeed(seed) { Network() }, optimizer: Adam(learningRate: 0.05))
      for _ in 0..<50 {
        if isCompiled {
          _ = step(&state, ExclusiveOr.inputs, ExclusiveOr.targets)
        } else {
          _ = State.step(&state, ExclusiveOr.inputs, ExclusiveOr.targets)
        }
      }
      return state.model.parameters.flatMap(\.floats)
    }
    await withTaskGroup(of: (UInt64, [Float]).self) { group in
      for seed in 0..<8 as Range<UInt64> { group.addTask { (seed, train(seed, true)) } }
      for await (seed, found) in group {
        expectClose(actual: found, expected: train(seed, false), absolute: 1e-4, relative: 1e-3)
      }
    }
  }

  /// In a process of its own, since the number of threads is the process's.
  @Test func everyNumberOfThreadsGivesTheSameBits() async {
    await #expect(processExitsWith: .success) {
      struct Classifier: Layer {
        var convolution = Conv2D(3, 8, kernel: 3)
        var normalization = BatchNorm2D(8)
        var dropout = Dropout(0.2)
        var hidden = Linear(8 * 14 * 14, 64)
        var output = Linear(64, 10)
        func callAsFunction(_ x: Tensor) -> Tensor {
          let y = relu(normalization(convolution(x)))
          return output(dropout(gelu(hidden(maxPool2D(y, 2).flattened()))))
        }
      }
      func train(_ threads: Int) -> [UInt32] {
        ThreadTeam.size = threads
        var model = withRandomSeed(1) { Classifier() }
        var rule = AdamW(learningRate: 1e-3)
        rule.clipping = .norm(1)
        var random = RandomSource(seed: 2)
        let images = random.normal([16, 3, 30, 30])
        let labels = random.uniform([16], from: 0, to: 10, .int64)
        let step = compile {
          (model: inout Classifier, rule: inout AdamW, x: Tensor, y: Tensor) -> Tensor in
          let (loss, gradients) = valueAndGradient(of: &model) { crossEntropy($0(x), y) }
          rule.update(&model, with: gradients)
          return loss
        }
        var losses: [Tensor] = []
        for _ in 0..<6 { losses.append(step(&model, &rule, images, labels)) }
        return (losses + model.namedTensors.map(\.tensor)).flatMap {
          $0.floats.map(\.bitPattern)
        }
      }
      let expected = train(1)
      for size in [2, 3] { #expect(train(size) == expected, "\(size) threads") }
    }
  }
}
