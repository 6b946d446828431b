import Tensors

/// Steps of one size for every element, along the sign of an interpolated momentum:
/// w ← w − rate · sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g; weight decay is decoupled.
///
/// It wants a learning rate three to ten times smaller than Adam's, and a decay as much larger.
///
/// Chen et al., “Symbolic Discovery of Optimization Algorithms”, 2023.
public struct Lion: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// β₁, the momentum's part in the step.
  public var beta1: Double
  /// β₂, the part of the momentum that stays.
  public var beta2: Double

  /// - Parameters:
  ///   - learningRate: How far every element moves in a step.
  ///   - beta1: β₁, the momentum's part in the step.
  ///   - beta2: β₂, the part of the momentum that stays.
  ///   - weightDecay: How fast parameters decay, times the learning rate.
  public init(
    learningRate: Double = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, decoupledDecay: weightDecay)
    self.beta1 = beta1
    self.beta2 = beta2
  }

  public var slotNames: [String] { ["momentum"] }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    let direction = sign(slots[0] * beta1 + gradient * (1 - beta1))
    slots[0] = slots[0] * beta2 + gradient * (1 - beta2)
    parameter.add(direction, scaledBy: -step.learningRate)
  }
}
