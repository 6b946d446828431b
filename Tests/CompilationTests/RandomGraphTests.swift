import Arrays
import Myelin
import TestSupport
import Testing

/// Random graphs of primitives give the same eager and compiled: to rounding, and exactly where they
/// compute with integers.
@Suite struct RandomGraphTests {
  private static func check(
    _ actual: [Tensor], _ expected: [Tensor], _ label: @autoclosure () -> String
  ) {
    #expect(actual.count == expected.count)
    for (actual, expected) in zip(actual, expected) {
      #expect(actual.shape == expected.shape)
      if expected.dataType == .float32 {
        let scale = Double(expected.scalars(as: Float.self).map(abs).max() ?? 0)
        expectClose(
          actual: actual.scalars(), expected: expected.scalars(), shape: expected.shape,
          absolute: 1e-5 + 1e-4 * scale, relative: 1e-4, label())
      } else {
        #expect(actual.scalars(as: Int.self) == expected.scalars(as: Int.self), "\(label())")
      }
    }
  }

  private static func label(_ program: RandomProgram, _ arguments: [Tensor]) -> String {
    "seed \(program.seed)\n" + program.run(arguments).lines.joined(separator: "\n")
  }

  @Test(arguments: 0..<8) func forward(block: Int) {
    for seed in 0..<125 {
      let program = RandomProgram(seed: UInt64(block * 125 + seed), length: 12)
      let arguments = program.arguments
      let expected = program.run(arguments).results
      let compiled = compile { (x: [Tensor]) -> [Tensor] in program.run(x).results }
      for _ in 0..<2 {
        RandomGraphTests.check(
          compiled(arguments), expected, RandomGraphTests.label(program, arguments))
      }
    }
  }

  /// Gradients, which change the state that they are taken of.
  @Test(arguments: 0..<8) func gradients(block: Int) {
    for seed in 0..<125 {
      let program = RandomProgram(seed: UInt64(5000 + block * 125 + seed), length: 10)
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
      for _ in 0..<2 {
        let expected = step(&eager)
        let actual = plan(&compiled)
        RandomGraphTests.check(
          [actual] + compiled, [expected] + eager, RandomGraphTests.label(program, arguments))
      }
    }
  }
}
