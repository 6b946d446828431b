import Myelin

/// A training step that is timed: a model, its data, a loss and Adam.
struct Workload: Sendable {
  let name: String
  /// How many steps one repetition runs.
  let iterations: Int
  /// The step's floating-point operations in products and convolutions: two for every multiply-add,
  /// forward and backward, but for the derivative by the data, which nobody asks for.
  let operations: Double
  /// Makes the model and its data, and gives the step.
  let makeStep: @Sendable () -> () -> Void

  /// The step of a model on fixed data.
  static func step<Model: Module>(
    _ model: Model, _ loss: @escaping (Model) -> Tensor
  ) -> () -> Void {
    var model = model
    var optimizer = Adam(learningRate: 1e-3)
    return {
      let (_, gradients) = valueAndGradient(of: &model, loss)
      optimizer.update(&model, with: gradients)
    }
  }

  /// The workloads that `myelin bench` knows, in the order of its table.
  static let all: [Workload] = [
    xor,
    dense("mlp", [784, 512, 256, 10], batch: 128, iterations: 200),
    dense("mlp_big", [1024, 2048, 2048, 10], batch: 512, iterations: 15),
    cnn,
    resnet20,
  ]
}

/// What the workloads take their data from; the numbers do not matter to the time.
struct WorkloadData {
  private var random = RandomSource(seed: 0)

  mutating func numbers(_ shape: Shape) -> Tensor { random.uniform(shape) }

  mutating func labels(_ count: Int, below classes: Int) -> Tensor {
    random.uniform([count], from: 0, to: Double(classes), .int64)
  }
}
