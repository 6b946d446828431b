import Arrays
import Foundation
import Myelin
import TestSupport
import Testing

/// Random graphs of primitives give the same eager and compiled: to rounding, and exactly where they
/// compute with integers.
@Suite struct RandomGraphTests {
  /// Compares results; where they are further apart than roundings usually are, with what a change in
  /// the last digits of the arguments makes of them: some programs enlarge every rounding.
  static func check(
    _ actual: [Tensor], _ expected: [Tensor], perturbed: () -> [Tensor],
    _ label: @autoclosure () -> String
  ) {
    #expect(actual.count == expected.count)
    for (index, (actual, expected)) in zip(actual, expected).enumerated() {
      #expect(actual.shape == expected.shape)
      if expected.dataType == .float32 {
        let scale = Double(expected.scalars(as: Float.self).map(abs).max() ?? 0)
        var allowed = 1e-5 + 2e-4 * scale
        if distance(actual, expected) > allowed {
          allowed += 64 * distance(perturbed()[index], expected)
        }
        expectClose(
          actual: actual.scalars(), expected: expected.scalars(), shape: expected.shape,
          absolute: allowed, relative: 0, label())
      } else {
        #expect(actual.scalars(as: Int.self) == expected.scalars(as: Int.self), "\(label())")
      }
    }
  }

  /// Checks that plans find in memory what they read.
  static func checkPlans(_ plans: [Plan], _ program: RandomProgram, _ arguments: [Tensor]) {
    for plan in plans {
      let problems = PlanCheck.problems(of: plan)
      #expect(problems.isEmpty, "\(problems.prefix(3)) \(label(program, arguments))")
    }
  }

  private static func distance(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars(as: Double.self), b.scalars(as: Double.self)).map { abs($0 - $1) }.max() ?? 0
  }

  /// The arguments with other last digits.
  static func perturbed(_ arguments: [Tensor]) -> [Tensor] {
    var source = RandomSource(seed: 11)
    return arguments.map { tensor in
      tensor.dataType == .float32
        ? tensor * source.uniform(tensor.shape, from: 1 - 5e-7, to: 1 + 5e-7) : tensor
    }
  }

  static func label(_ program: RandomProgram, _ arguments: [Tensor]) -> String {
    "seed \(program.seed)\n" + program.run(arguments).lines.joined(separator: "\n")
  }

  /// The seeds of one of eight blocks that are tested at the same time. Of 2,000 altogether, or of as
  /// many as the environment variable `MYELIN_RANDOM_GRAPHS` says.
  static func seeds(_ block: Int) -> StrideTo<UInt64> {
    let total = ProcessInfo.processInfo.environment["MYELIN_RANDOM_GRAPHS"].flatMap { UInt64($0) }
    return stride(from: UInt64(block), to: (total ?? 2000) / 3 + 1, by: 8)
  }

  @Test(arguments: 0..<8) func forward(block: Int) {
    for seed in RandomGraphTests.seeds(block) {
      let program = RandomProgram(seed: seed, length: 12)
      let arguments = program.arguments
      let expected = program.run(arguments).results
      let compiled = compile { (x: [Tensor]) -> [Tensor] in program.run(x).results }
      for _ in 0..<2 {
        RandomGraphTests.check(
          compiled(arguments), expected,
          perturbed: { program.run(RandomGraphTests.perturbed(arguments)).results },
          RandomGraphTests.label(program, arguments))
      }
      RandomGraphTests.checkPlans(compiled.plans, program, arguments)
    }
  }

  /// Gradients, which change the state that they are taken of.
  @Test(arguments: 0..<8) func gradients(block: Int) {
    for seed in RandomGraphTests.seeds(block) {
      let program = RandomProgram(seed: 1_000_000 + seed, length: 10)
      @Sendable func step(_ state: inout [Tensor]) -> Tensor {
        let (value, gradients) = valueAndGradient(of: state) { program.loss($0) }
        for index in state.indices where state[index].dataType == .float32 {
          state[index] = state[index] - gradients[index] * 0.125
        }
        return value
      }
      let arguments = program.arguments
      var (eager, compiled) = (arguments, arguments)
      let plan = compile(step)
      for steps in 1...2 {
        let expected = step(&eager)
        let actual = plan(&compiled)
        RandomGraphTests.check(
          [actual] + compiled, [expected] + eager,
          perturbed: {
            var state = RandomGraphTests.perturbed(arguments)
            let values = (0..<steps).map { _ in step(&state) }
            return values.suffix(1) + state
          }, RandomGraphTests.label(program, arguments))
      }
      RandomGraphTests.checkPlans(plan.plans, program, arguments)
    }
  }

  private struct Training<Rule: Optimizer>: TensorTree {
    var tensors: [Tensor]
    var optimizer: Rule

    @Sendable static func step(_ program: RandomProgram, _ state: inout Self) -> Tensor {
      let (value, gradients) = valueAndGradient(of: &state.tensors) { program.loss($0) }
      state.optimizer.update(&state.tensors, with: gradients)
      return value
    }

    /// Two steps with a plan, of an optimizer that has its moments.
    static func check(_ program: RandomProgram, _ optimizer: Rule) {
      let arguments = program.arguments
      var eager = Training(tensors: arguments, optimizer: optimizer)
      eager.optimizer.prepare(for: eager.tensors)
      var compiled = eager
      let plan = compile { (state: inout Training) in step(program, &state) }
      for steps in 1...2 {
        let expected = step(program, &eager)
        let actual = plan(&compiled)
        RandomGraphTests.check(
          [actual] + compiled.tensors, [expected] + eager.tensors,
          perturbed: {
            var state = Training(
              tensors: RandomGraphTests.perturbed(arguments), optimizer: optimizer)
            let values = (0..<steps).map { _ in step(program, &state) }
            return values.suffix(1) + state.tensors
          },
          "\(Rule.self), " + RandomGraphTests.label(program, arguments))
      }
      RandomGraphTests.checkPlans(plan.plans, program, arguments)
    }
  }

  /// Steps of optimizers, which change parameters and moments in place.
  @Test(arguments: 0..<8) func training(block: Int) {
    for seed in RandomGraphTests.seeds(block) {
      let program = RandomProgram(seed: 2_000_000 + seed, length: 8)
      // A large ε: where a gradient is nothing but rounding, its direction must not count.
      switch seed / 8 % 4 {
      case 0: Training.check(program, SGD(learningRate: 0.05))
      case 1: Training.check(program, SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.01))
      case 2: Training.check(program, Adam(learningRate: 0.01, epsilon: 0.1))
      default: Training.check(program, AdamW(learningRate: 0.01, epsilon: 0.1))
      }
    }
  }
}
