import Myelin
import TestSupport
import Testing

/// Convolutions and what plans gather around them give the same as eagerly: values, gradients and
/// running statistics.
@Suite struct ConvolutionPlanTests {
  /// A block with all that may follow a convolution: statistics, ReLU, a residual sum, pooling.
  struct Network: Layer {
    var first = Conv2D(3, 16, kernel: 3, padding: 1)
    var normalization = BatchNorm2D(16)
    var second = Conv2D(16, 16, kernel: 3, padding: 1, bias: false)
    var secondNormalization = BatchNorm2D(16)
    var third = Conv2D(16, 24, kernel: 3)
    var output = Linear(24 * 9, 4)

    func callAsFunction(_ x: Tensor) -> Tensor {
      let inner = relu(normalization(first(x)))
      let sum = relu(secondNormalization(second(inner)) + inner)
      return output(maxPool2D(relu(third(sum)), 2).flattened(from: 1))
    }
  }

  private static func close(_ actual: Tensor, _ expected: Tensor, _ label: String) {
    expectClose(
      actual: actual.floats, expected: expected.floats, shape: expected.shape,
      absolute: 2e-4, relative: 2e-4, label)
  }

  private static func images(_ batch: Int) -> Tensor {
    let numbers = Tensor.range(0..<batch * 3 * 64, .float32)
    return sin(numbers * 0.37).reshaped(to: [batch, 3, 8, 8])
  }

  @Test(arguments: [1, 3, 8, 33]) func trains(batch: Int) {
    let x = ConvolutionPlanTests.images(batch)
    @Sendable func step(_ model: inout Network, _ x: Tensor) -> (Tensor, Network) {
      valueAndGradient(of: &model) { square($0(x)).mean() }
    }
    var eagerModel = Network()
    var model = eagerModel
    let compiled = compile { (model: inout Network, x: Tensor) in step(&model, x) }
    for _ in 0..<2 {
      let expected = step(&eagerModel, x), actual = compiled(&model, x)
      ConvolutionPlanTests.close(actual.0, expected.0, "loss")
      for (actual, expected) in zip(actual.1.parameters, expected.1.parameters) {
        ConvolutionPlanTests.close(actual, expected, "gradient \(expected.shape)")
      }
      ConvolutionPlanTests.close(
        model.normalization.running_var, eagerModel.normalization.running_var, "variance")
    }
  }

  @Test(arguments: [1, 2, 32]) func infers(batch: Int) {
    let x = ConvolutionPlanTests.images(batch)
    let compiled = compile { (model: Network, x: Tensor) in model(x) }
    // Weights that stay arranged between calls are others in another model.
    for model in [Network(), Network(), Network()] {
      for _ in 0..<2 { ConvolutionPlanTests.close(compiled(model, x), model(x), "output") }
    }
  }

  /// What is computed of parameters and running statistics alone stays between calls, and is made
  /// anew where any of them is another.
  @Test(arguments: [1, 48]) func folds(batch: Int) {
    let x = ConvolutionPlanTests.images(batch)
    let compiled = compile { (model: Network, x: Tensor) in model(x) }
    var model = Network()
    _ = compiled(model, x)
    let plan = compiled.plans[0]
    // Convolutions and products with what follows, pooling, and one copy in rows for a single image.
    #expect(plan.kernels.count - plan.keeping.makers.count == (batch == 1 ? 6 : 5))
    let changes: [(inout Network) -> Void] = [
      { $0.first.weight = $0.first.weight * 1.5 },
      { $0.normalization.weight = $0.normalization.weight.map { $0 + 0.5 } },
      { $0.normalization.bias = $0.normalization.bias.map { $0 + 0.5 } },
      { $0.normalization.running_mean = $0.normalization.running_mean + 0.5 },
      { $0.normalization.running_var = $0.normalization.running_var + 0.5 },
      { $0.third.weight = $0.third.weight * 1.5 },
      { $0.output.weight = $0.output.weight * 1.5 },
    ]
    for (number, change) in changes.enumerated() {
      change(&model)
      for _ in 0..<2 {
        ConvolutionPlanTests.close(compiled(model, x), model(x), "change \(number)")
      }
    }
  }
}
