import Tensors

/// Steps divided by the root of a running average of squared gradients:
/// s ← α s + (1 − α) g², w ← w − rate · g / (√s + ε).
///
/// The centered form divides by the running standard deviation √(s − m²) + ε, with m the running
/// average of g; with momentum μ what is divided goes into a velocity, v ← μ v + g / (√s + ε).
///
/// Tieleman and Hinton, “Neural Networks for Machine Learning”, lecture 6.5, 2012; centered: Graves,
/// “Generating Sequences With Recurrent Neural Networks”, 2013.
public struct RMSprop: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// α, the part of the running averages that stays.
  public var smoothing: Double
  /// Keeps the division finite.
  public var epsilon: Double
  /// μ; a schedule may change it later where it is above 0 here.
  public var momentum: Double
  /// Whether to divide by the standard deviation.
  public let isCentered: Bool
  private let hasVelocity: Bool

  /// - Parameters:
  ///   - learningRate: How far a step goes.
  ///   - smoothing: α, the part of the running averages that stays.
  ///   - epsilon: Keeps the division finite.
  ///   - momentum: μ; a schedule may change it later where it is above 0 here.
  ///   - isCentered: Whether to divide by the standard deviation.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w.
  public init(
    learningRate: Double = 0.01, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    momentum: Double = 0, isCentered: Bool = false, weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.momentum = momentum
    self.isCentered = isCentered
    hasVelocity = momentum != 0
  }

  public var slotNames: [String] {
    ["squaredGradient"] + (isCentered ? ["gradient"] : []) + (hasVelocity ? ["velocity"] : [])
  }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    slots[0] = slots[0] * smoothing + square(gradient) * (1 - smoothing)
    var spread = slots[0]
    if isCentered {
      slots[1] = slots[1] * smoothing + gradient * (1 - smoothing)
      // Rounding may leave a variance of nearly 0 below it.
      spread = relu(spread - square(slots[1]))
    }
    var direction = gradient / (sqrt(spread) + epsilon)
    if hasVelocity {
      direction.add(slots[slots.count - 1], scaledBy: momentum)
      slots[slots.count - 1] = direction
    }
    parameter.add(direction, scaledBy: -step.learningRate)
  }
}
