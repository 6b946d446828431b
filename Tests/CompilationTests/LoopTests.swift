import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

@Suite struct LoopTests {
  private static func scalars(_ tensors: [Tensor]) -> [[Float]] {
    tensors.map { $0.scalars(as: Float.self) }
  }

  private func expectSame(_ actual: [Tensor], _ expected: [Tensor], _ label: String) {
    #expect(actual.map(\.shape) == expected.map(\.shape))
    for (a, e) in zip(actual, expected) {
      expectClose(
        actual: a.scalars(), expected: e.scalars(), absolute: 1e-5, relative: 1e-5, label)
    }
  }

  /// Central differences of a function of several tensors, by each of their elements.
  private func differences(_ loop: LoopCase, step: Double = 1e-5) -> [Tensor] {
    loop.inputs.indices.map { index in
      let numbers = loop.inputs[index].scalars(as: Double.self)
      let slopes = numbers.indices.map { place -> Double in
        let values = [step, -step].map { offset -> Double in
          var moved = numbers
          moved[place] += offset
          var inputs = loop.inputs
          inputs[index] = Tensor(moved, shape: inputs[index].shape)
          return loop.function(inputs).item()
        }
        return (values[0] - values[1]) / (2 * step)
      }
      return Tensor(slopes, shape: loop.inputs[index].shape)
    }
  }

  @Test(arguments: LoopCase.all)
  func gradientsAgree(_ loop: LoopCase) {
    let eager = valueAndGradient(of: loop.inputs, loop.function)
    let step = compile { (inputs: [Tensor]) in
      let (value, gradient) = valueAndGradient(of: inputs, loop.function)
      return (value, gradient)
    }
    let (value, gradient) = step(loop.inputs)
    #expect(step.cachedPlans == 1)
    expectSame([value], [eager.value], "the value")
    expectSame(eager.gradient, differences(loop), "eager, against differences")
    expectSame(gradient, eager.gradient, "compiled, against eager")
    let again = step(loop.inputs)
    expectSame([again.0] + again.1, [value] + gradient, "the second call")
    let forward = compile { (inputs: [Tensor]) in loop.function(inputs) }
    expectSame([forward(loop.inputs)], [value], "without a gradient")
  }

  @Test(arguments: LoopCase.all)
  func secondDerivativesAgree(_ loop: LoopCase) {
    @Sendable func slope(_ inputs: [Tensor]) -> [Tensor] {
      gradient(of: inputs) { inputs in
        let first = gradient(of: inputs, loop.function)
        return first.reduce(Tensor(0.0)) { $0 + $1.squared().sum() }
      }
    }
    let step = compile { (inputs: [Tensor]) in slope(inputs) }
    expectSame(step(loop.inputs), slope(loop.inputs), "second order")
  }
}
