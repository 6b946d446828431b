import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// Compiled steps compute again what `withRecomputation` does not keep.
@Suite struct RecomputationPlanTests {
  /// Gradients of random graphs of which a part is recomputed.
  @Test(arguments: 0..<8) func randomGraphs(block: Int) {
    for seed in RandomGraphTests.seeds(block) {
      let program = RandomProgram(seed: 3_000_000 + seed, length: 8)
      @Sendable func step(_ state: inout [Tensor], recomputing: Bool) -> Tensor {
        let (value, gradients) = valueAndGradient(of: state) { x in
          let rest = Array(x.dropFirst())
          let part =
            recomputing
            ? withRecomputation(of: rest, x[0]) { rest, first in program.loss([first] + rest) }
            : program.loss(x)
          return program.loss(x) + part
        }
        for index in state.indices where state[index].dataType == .float32 {
          state[index] = state[index] - gradients[index] * 0.125
        }
        return value
      }
      let arguments = program.arguments
      var (eager, compiled) = (arguments, arguments)
      let plan = compile { (state: inout [Tensor]) in step(&state, recomputing: true) }
      for steps in 1...2 {
        let expected = step(&eager, recomputing: false)
        let actual = plan(&compiled)
        RandomGraphTests.check(
          [actual] + compiled, [expected] + eager,
          perturbed: {
            var state = RandomGraphTests.perturbed(arguments)
            let values = (0..<steps).map { _ in step(&state, recomputing: false) }
            return values.suffix(1) + state
          }, RandomGraphTests.label(program, arguments))
      }
      RandomGraphTests.checkPlans(plan.plans, program, arguments)
      // Arguments that the plan does not change.
      let slopes = compile { (x: [Tensor]) -> [Tensor] in
        gradient(of: x) { x in
          let rest = Array(x.dropFirst())
          return program.loss(x)
            + withRecomputation(of: rest, x[0]) { rest, first in program.loss([first] + rest) }
        }
      }
      let expected = gradient(of: arguments) { program.loss($0) + program.loss($0) }
      RandomGraphTests.check(
        slopes(arguments), expected,
        perturbed: {
          gradient(of: RandomGraphTests.perturbed(arguments)) {
            program.loss($0) + program.loss($0)
          }
        }, RandomGraphTests.label(program, arguments))
      RandomGraphTests.checkPlans(slopes.plans, program, arguments)
    }
  }

  struct Block: Layer {
    var first = Linear(64, 256)
    var second = Linear(256, 64)

    func callAsFunction(_ x: Tensor) -> Tensor { x + second(gelu(first(x))) }
  }

  private static func plan(recomputing: Bool, rows: Int = 1024) -> Plan? {
    let blocks = (0..<16).map { _ in Block() }
    let step = compile { (blocks: inout [Block], x: Tensor) -> [Block] in
      gradient(of: blocks) { blocks in
        square(
          blocks.reduce(x) { x, block in
            recomputing ? withRecomputation(of: block, x) { $0($1) } : block(x)
          }
        ).sum()
      }
    }
    return step.plan(for: blocks, Tensor.ones([rows, 64]))
  }

  /// What 16 layers keep grows with their inputs alone.
  @Test func aDeepStackNeedsLess() throws {
    let plain = try #require(RecomputationPlanTests.plan(recomputing: false))
    let recomputed = try #require(RecomputationPlanTests.plan(recomputing: true))
    let bytes = (plain.memory.arenaBytes, recomputed.memory.arenaBytes)
    #expect(bytes.1 < bytes.0 / 3, "\(bytes)")
    let small = try #require(RecomputationPlanTests.plan(recomputing: true, rows: 8))
    #expect(PlanCheck.problems(of: small) == [])
  }
}
