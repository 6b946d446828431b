import Tensors

/// Steps along a running average of the gradient, divided by the root of a running average of its
/// square: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
/// w ← w − rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε).
///
/// AMSGrad divides by the largest v so far, so that no step grows again.
///
/// Kingma and Ba, “Adam: A Method for Stochastic Optimization”, 2015; Reddi, Kale and Kumar, “On the
/// Convergence of Adam and Beyond”, 2018.
public struct Adam: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  private var moments: AdamMoments

  /// - Parameters:
  ///   - learningRate: About how far an element moves in a step.
  ///   - beta1: β₁, the part of the first moment that stays.
  ///   - beta2: β₂, the part of the second moment that stays.
  ///   - epsilon: Keeps the division finite.
  ///   - isAMSGrad: Whether to divide by the largest second moment so far.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w; `AdamW` decays the
  ///     parameter itself instead.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, isAMSGrad: Bool = false, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
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
