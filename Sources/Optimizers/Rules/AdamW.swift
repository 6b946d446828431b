import Tensors

/// Adam with decoupled weight decay: each step first multiplies the parameter by
/// 1 − rate · weightDecay, and the gradient stays free of it.
///
/// Loshchilov and Hutter, “Decoupled Weight Decay Regularization”, 2019.
public struct AdamW: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  private var moments: AdamMoments

  /// - Parameters:
  ///   - learningRate: About how far an element moves in a step.
  ///   - beta1: β₁, the part of the first moment that stays.
  ///   - beta2: β₂, the part of the second moment that stays.
  ///   - epsilon: Keeps the division finite.
  ///   - isAMSGrad: Whether to divide by the largest second moment so far.
  ///   - weightDecay: How fast parameters decay, times the learning rate.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, isAMSGrad: Bool = false, weightDecay: Double = 0.01
  ) {
    settings = OptimizerSettings(learningRate: learningRate, decoupledDecay: weightDecay)
    moments = AdamMoments(
      beta1: Number(beta1), beta2: beta2, epsilon: epsilon, isAMSGrad: isAMSGrad)
  }

  /// β₁; a one-cycle schedule may change it.
  public var beta1: Double {
    get { moments.beta1.value }
    set { moments.beta1 = Number(newValue) }
  }

  public var slotNames: [String] { moments.slotNames }
  public var foldsDecay: Bool { true }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    moments.move(&parameter, along: gradient, slots: &slots, step)
  }
}
