import Myelin
import Testing

/// The same random numbers, eager and compiled.
@Suite struct RandomTests {
  struct Draw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (inout RandomSource) -> [Tensor]
    init(_ name: String, _ make: @escaping @Sendable (inout RandomSource) -> [Tensor]) {
      (testDescription, self.make) = (name, make)
    }
  }

  static let draws = [
    Draw("uniform") { [$0.uniform([5]), $0.uniform([3], from: -2, to: 7, .float64)] },
    Draw("whole numbers") {
      [$0.uniform([9], from: -3, to: 12, .int64), $0.uniform([2], from: 0, to: 9, .uint8)]
    },
    Draw("normal") { [$0.normal([7]), $0.normal([5], mean: 3, standardDeviation: 2, .float16)] },
    Draw("truncated normal") { [$0.truncatedNormal([33], bound: 1.5)] },
    Draw("Bernoulli") {
      [$0.bernoulli([40], probability: 0.3), $0.bernoulli([3], probability: 1)]
    },
    Draw("permutation") { [$0.permutation(17)] },
    Draw("split") {
      var (first, second) = ($0.split(), $0.split())
      return [first.normal([4]), second.normal([4]), $0.uniform([3])]
    },
    Draw("copies") {
      var copy = $0
      return [copy.normal([4]), $0.normal([4])]
    },
    Draw("nothing") { [$0.uniform([0])] },
  ]

  @Test(arguments: draws)
  func aSourceGivenInoutMovesOn(_ draw: Draw) {
    var (eager, compiled) = (RandomSource(seed: 7), RandomSource(seed: 7))
    let step = compile(draw.make)
    for _ in 0..<4 {
      let (expected, found) = (draw.make(&eager), step(&compiled))
      #expect(found.map(\.floats) == expected.map(\.floats))
      #expect(compiled == eager)
    }
    #expect(step.cachedPlans == 1)
  }

  @Test(arguments: draws)
  func aSourceGivenByValueStaysWhereItIs(_ draw: Draw) {
    let step = compile { (random: RandomSource) -> [Tensor] in
      var random = random
      return draw.make(&random)
    }
    for position in [0, 0, 5, 1 << 40] as [UInt64] {
      var source = RandomSource(seed: 3, position: position)
      let found = step(source)
      #expect(found.map(\.floats) == draw.make(&source).map(\.floats))
    }
    #expect(step.cachedPlans == 1)
  }

  /// A source whose seed the step knows gives the same numbers at each call, as it does eagerly.
  @Test func aSourceOfTheStepsOwnRepeats() {
    let step = compile { (x: Tensor) -> Tensor in
      var random = RandomSource(seed: 4)
      return x + random.normal([3])
    }
    var random = RandomSource(seed: 4)
    let expected = random.normal([3]).floats
    #expect(
      step(Tensor.zeros([3])).floats == expected && step(Tensor.zeros([3])).floats == expected)
  }

  @Test func dropoutDrawsWhatItDrawsEagerly() {
    var (eager, compiled) = (Dropout(0.4), Dropout(0.4))
    compiled.randomState = eager.randomState
    @Sendable func step(_ layer: inout Dropout, _ x: Tensor) -> Tensor {
      var masks: [Tensor] = []
      _ = valueAndGradient(of: &layer) { layer in
        masks = [layer(x), layer(x)]
        return (masks[0] + masks[1]).sum()
      }
      return stack(masks.map { $0.detached() })
    }
    let plan = compile(step)
    for _ in 0..<5 {
      #expect(plan(&compiled, .ones([50])).floats == step(&eager, .ones([50])).floats)
    }
    #expect(plan.cachedPlans == 1)
  }
}
