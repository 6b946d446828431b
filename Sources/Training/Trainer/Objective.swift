import Datasets
import Tensors

/// What a model is trained for: how outputs come about, and how far they are from what they should
/// be. The functions are parts of compiled steps; what they capture is fixed.
public struct Objective<Model: TensorTree, Batch: ExampleBatch>: Sendable {
  /// The model's outputs for a batch.
  public let forward: @Sendable (Model, Batch) -> Tensor
  /// A single number, the mean over the batch's examples, or over what else `weight` counts.
  public let loss: @Sendable (Tensor, Batch) -> Tensor
  /// What metrics compare the outputs with.
  public let targets: @Sendable (Batch) -> Tensor

  /// Over how much the batch's loss is a mean, so that the means of several batches give that of all
  /// of them; nil for the number of examples. A batch of weight 0 is left out. No part of a compiled
  /// step.
  public let weight: (@Sendable (Batch) -> Double)?

  /// An objective of these functions.
  public init(
    forward: @escaping @Sendable (Model, Batch) -> Tensor,
    loss: @escaping @Sendable (Tensor, Batch) -> Tensor,
    targets: @escaping @Sendable (Batch) -> Tensor, weight: (@Sendable (Batch) -> Double)? = nil
  ) {
    self.forward = forward
    self.loss = loss
    self.targets = targets
    self.weight = weight
  }

  /// The same for a loss that is a mean over the targets that are not `ignored`, as
  /// `crossEntropy(_:_:ignoring:)` is: of padded sequences each target weighs the same then, in
  /// whatever batch it is.
  public func counting(targetsBut ignored: Int) -> Objective {
    Objective(forward: forward, loss: loss, targets: targets) { [targets] batch in
      Double(targets(batch).scalars(as: Int.self).count { $0 != ignored })
    }
  }

  /// Over how much a batch's loss is a mean.
  func weight(of batch: Batch) -> Double { weight?(batch) ?? Double(batch.count) }
}
