import Tensors

/// Steps that shrink for each element as its gradients add up: s ← s + g², then
/// w ← w − rateₜ · g / (√s + ε), with rateₜ = rate / (1 + (t − 1) · rateDecay).
///
/// Duchi, Hazan and Singer, “Adaptive Subgradient Methods for Online Learning and Stochastic
/// Optimization”, 2011.
public struct Adagrad: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// How the rate falls with the number of the step.
  public var rateDecay: Double
  /// Keeps the division finite.
  public var epsilon: Double
  /// What s begins with.
  public let initialSum: Double

  /// - Parameters:
  ///   - learningRate: How far the first step goes.
  ///   - rateDecay: How the rate falls with the number of the step.
  ///   - initialSum: What s begins with.
  ///   - epsilon: Keeps the division finite.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w.
  public init(
    learningRate: Double = 0.01, rateDecay: Double = 0, initialSum: Double = 0,
    epsilon: Double = 1e-10, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
    self.rateDecay = rateDecay
    self.initialSum = initialSum
    self.epsilon = epsilon
  }

  public var slotNames: [String] { ["sum"] }

  public func initialSlots(for parameter: Tensor) -> [Tensor] {
    [.full(parameter.shape, initialSum, parameter.dataType)]
  }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    let rate = step.learningRate / (1 + (step.number - 1) * Number(rateDecay))
    slots[0] = slots[0] + square(gradient)
    parameter.add(gradient / (sqrt(slots[0]) + epsilon), scaledBy: -rate)
  }
}
