import Datasets
import Tensors

/// What a model is trained for: how outputs come about, and how far they are from what they should
/// be. The functions are parts of compiled steps; what they capture is fixed.
public struct Objective<Model: TensorTree, Batch: ExampleBatch>: Sendable {
  /// The model's outputs for a batch.
  public let forward: @Sendable (Model, Batch) -> Tensor
  /// A single number, the mean over the batch's examples.
  public let loss: @Sendable (Tensor, Batch) -> Tensor
  /// What metrics compare the outputs with.
  public let targets: @Sendable (Batch) -> Tensor

  /// An objective of three functions.
  public init(
    forward: @escaping @Sendable (Model, Batch) -> Tensor,
    loss: @escaping @Sendable (Tensor, Batch) -> Tensor,
    targets: @escaping @Sendable (Batch) -> Tensor
  ) {
    self.forward = forward
    self.loss = loss
    self.targets = targets
  }
}
