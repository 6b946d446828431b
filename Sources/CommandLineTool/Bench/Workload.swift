import Myelin

/// A model with its data that is timed: a training step, or the forward pass.
package struct Workload: Sendable {
  package let name: String
  /// The examples of a training step.
  package let batch: Int
  /// How many training steps one repetition runs.
  let iterations: Int
  package let operations: OperationCount
  /// Makes the model and its data, the same ones every time, and gives what is timed: a training
  /// step, which gives its loss, or the forward pass, which gives the model's output.
  package let makeBody: @Sendable (Pass, ExecutionMode) -> () -> Tensor

  /// - Parameters:
  ///   - data: Inputs and targets of a number of examples.
  ///   - loss: From the model's output and the targets to a number.
  init<Model: Layer>(
    _ name: String, batch: Int, iterations: Int, operations: OperationCount,
    model makeModel: @escaping @Sendable () -> Model,
    data makeData: @escaping @Sendable (inout WorkloadData, Int) -> (Tensor, Tensor),
    loss: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) {
    self.name = name
    self.batch = batch
    self.iterations = iterations
    self.operations = operations
    makeBody = { pass, mode in
      var data = WorkloadData()
      let model = withRandomSeed(0, makeModel)
      switch pass {
      case .training:
        let (inputs, targets) = makeData(&data, batch)
        return mode.trainingStep(model, inputs, targets, loss)
      case .inference(let batch):
        let (inputs, _) = makeData(&data, batch)
        return mode.forwardPass(model, inputs)
      }
    }
  }

  /// The workloads that `myelin bench` knows, in the order of its table.
  package static let all: [Workload] = [
    xor,
    dense("mlp", [784, 512, 256, 10], batch: 128, iterations: 200),
    dense("mlp_big", [1024, 2048, 2048, 10], batch: 512, iterations: 15),
    cnn,
    resnet20,
    lstm,
    gpt,
  ]

  /// Those whose forward pass is timed too: all but the one that has only four examples.
  package static let forInference = all.filter { $0.name != "xor" }
}

/// What is timed of a workload.
package enum Pass: Sendable, Equatable {
  /// Forward, backward and Adam's update.
  case training
  /// The forward pass of a number of examples, as in use: batch normalization takes the running
  /// statistics.
  case inference(batch: Int)

  var name: String { self == .training ? "training" : "inference" }
}

/// What the workloads take their data from; the numbers do not matter to the time.
package struct WorkloadData {
  private var random = RandomSource(seed: 0)

  mutating func numbers(_ shape: Shape) -> Tensor { random.uniform(shape) }

  mutating func labels(_ shape: Shape, below classes: Int) -> Tensor {
    random.uniform(shape, from: 0, to: Double(classes), .int64)
  }
}
