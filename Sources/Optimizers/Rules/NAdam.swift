import Arrays
import Tensors

/// Adam with Nesterov's momentum: with μₜ = β₁ (1 − ½ · 0.96^(t · momentumDecay)) and Πₜ the product
/// of μ₁ … μₜ, m and v as Adam has them and d = √(v / (1 − β₂ᵗ)) + ε,
/// w ← w − rate · ((1 − μₜ) / (1 − Πₜ) · g + μₜ₊₁ / (1 − Πₜ · μₜ₊₁) · m) / d.
///
/// Dozat, “Incorporating Nesterov Momentum into Adam”, 2016.
public struct NAdam: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// β₁, the part of the first moment that stays.
  public var beta1: Double
  /// β₂, the part of the second moment that stays.
  public var beta2: Double
  /// Keeps the division finite.
  public var epsilon: Double
  /// How fast the momentum grows to β₁.
  public var momentumDecay: Double

  /// - Parameters:
  ///   - learningRate: About how far an element moves in a step.
  ///   - beta1: β₁, the part of the first moment that stays.
  ///   - beta2: β₂, the part of the second moment that stays.
  ///   - epsilon: Keeps the division finite.
  ///   - momentumDecay: How fast the momentum grows to β₁.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w;
  ///     `settings.decoupledDecay` decays the parameter itself.
  public init(
    learningRate: Double = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, momentumDecay: Double = 4e-3, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.momentumDecay = momentumDecay
  }

  public var slotNames: [String] { ["firstMoment", "secondMoment", "momentumProduct"] }

  public func initialSlots(for parameter: Tensor) -> [Tensor] {
    [parameter.zerosLike(), parameter.zerosLike(), Tensor(1.0 as Double)]
  }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    let current = momentum(at: step.number)
    let next = momentum(at: step.number + 1)
    let product = Number(slots[2]) * current
    slots[0] = slots[0] * beta1 + gradient * (1 - beta1)
    slots[1] = slots[1] * beta2 + square(gradient) * (1 - beta2)
    slots[2] = product.tensor()
    let correction: Number = 1 - power(beta2, step.number)
    let spread = sqrt(slots[1].scaled(by: 1 / correction)) + epsilon
    let gradientPart = (1 - current) / (1 - product)
    let momentPart = next / (1 - product * next)
    let direction = (gradient.scaled(by: gradientPart) + slots[0].scaled(by: momentPart)) / spread
    parameter.add(direction, scaledBy: -step.learningRate)
  }

  private func momentum(at number: Number) -> Number {
    Number(beta1) * (1 - 0.5 * power(0.96, number * Number(momentumDecay)))
  }
}
