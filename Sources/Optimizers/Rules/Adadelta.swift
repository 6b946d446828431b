import Tensors

/// Steps in the parameter's own unit: with running averages s of g² and a of squared steps,
/// s ← ρ s + (1 − ρ) g², δ = √(a + ε) / √(s + ε) · g, a ← ρ a + (1 − ρ) δ², w ← w − rate · δ.
///
/// Zeiler, “ADADELTA: An Adaptive Learning Rate Method”, 2012, where the rate is 1.
public struct Adadelta: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// ρ, the part of the running averages that stays.
  public var rho: Double
  /// Keeps the division finite and starts the first steps.
  public var epsilon: Double

  /// - Parameters:
  ///   - learningRate: What each step is multiplied by.
  ///   - rho: ρ, the part of the running averages that stays.
  ///   - epsilon: Keeps the division finite and starts the first steps.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w.
  public init(
    learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
    self.rho = rho
    self.epsilon = epsilon
  }

  public var slotNames: [String] { ["squaredGradient", "squaredStep"] }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    slots[0] = slots[0] * rho + square(gradient) * (1 - rho)
    let delta = sqrt(slots[1] + epsilon) / sqrt(slots[0] + epsilon) * gradient
    slots[1] = slots[1] * rho + square(delta) * (1 - rho)
    parameter.add(delta, scaledBy: -step.learningRate)
  }
}
