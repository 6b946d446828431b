import Arrays
import Tensors

/// A dense layer: y = x · Wᵀ + b over the last axis.
///
/// x […, in] → y […, out]; `weight` is [out, in], `bias` [out]. Both start uniform in
/// ±1/√in, as in PyTorch, where no initializer is given.
public struct Linear: Layer {
  /// [out, in].
  public var weight: Tensor
  /// nil where the layer was made without one.
  public var bias: Tensor?

  /// A layer from `inputs` to `outputs` features.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, weightInitializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    if inputs < 1 || outputs < 1 {
      stop("Linear: \(inputs) inputs and \(outputs) outputs; both must be positive")
    }
    (weight, self.bias) = Initializer.makeWeightAndBias(
      [outputs, inputs], outputs: outputs, hasBias: bias, weightInitializer, biasInitializer)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    linear(input, weight: weight, bias: bias)
  }
}
