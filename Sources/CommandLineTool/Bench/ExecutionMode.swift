import ArgumentParser
import Myelin

/// How a workload's function runs.
package enum ExecutionMode: String, Sendable, CaseIterable, Encodable, ExpressibleByArgument {
  /// Each operation at once.
  case eager
  /// As a plan of the whole function, which `compile` makes.
  case compiled
}

/// What a training step changes.
package struct TrainingState<Model: Module>: TensorTree {
  package var model: Model
  package var optimizer = Adam(learningRate: 1e-3)

  package init(_ model: Model) { self.model = model }
}

extension ExecutionMode {
  /// A training step of a model, which gives the loss. The data are the same at every step, but
  /// arguments and no constants of it.
  func trainingStep<Model: Layer>(
    _ model: Model, _ inputs: Tensor, _ targets: Tensor,
    _ loss: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> () -> Tensor {
    let step = {
      @Sendable (state: inout TrainingState<Model>, inputs: Tensor, targets: Tensor) -> Tensor in
      let (value, gradients) = valueAndGradient(of: &state.model) { loss($0(inputs), targets) }
      state.optimizer.update(&state.model, with: gradients)
      return value
    }
    var state = TrainingState(model)
    switch self {
    case .eager: return { step(&state, inputs, targets) }
    case .compiled:
      let plan = compile(step)
      return { plan(&state, inputs, targets) }
    }
  }

  /// The forward pass of a model; model and data are its arguments.
  func forwardPass<Model: Layer>(_ model: Model, _ inputs: Tensor) -> () -> Tensor {
    let forward = { @Sendable (model: Model, inputs: Tensor) -> Tensor in model(inputs) }
    switch self {
    case .eager: return { forward(model, inputs) }
    case .compiled:
      let plan = compile(forward)
      return { plan(model, inputs) }
    }
  }
}
