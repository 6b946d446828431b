import Myelin

/// A model and Adam, for benchmarks of whole training steps.
struct Training<Model: Layer>: TensorTree {
  var model: Model
  var optimizer = Adam(learningRate: 0.01)

  init(_ model: Model) { self.model = model }

  /// One step on the mean of squares; gives that.
  static func step(_ state: inout Training, _ x: Tensor, _ y: Tensor) -> Tensor {
    let (loss, gradients) = valueAndGradient(of: &state.model) { mse($0(x), y) }
    state.optimizer.update(&state.model, with: gradients)
    return loss
  }
}
