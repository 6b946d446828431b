import Tensors

/// What an optimizer's rule is told of one step of one parameter.
public struct UpdateStep: Sendable {
  /// The number of the step, from 1.
  public var number: Number
  /// The learning rate for this parameter.
  public var learningRate: Number
  /// What the gradient is still to be multiplied by, because its norm was clipped.
  public var gradientScale: Number = 1
  /// λ of the λ · w that is still to be added to the gradient.
  public var l2Decay = 0.0
  /// λ of the 1 − learningRate · λ that the parameter is still to be multiplied by.
  public var decoupledDecay = 0.0

  /// Scales the gradient, for rules that have not done so on the way.
  mutating func settleScale(_ gradient: inout Tensor) {
    if !gradientScale.isKnown(toBe: 1) { gradient = gradient.scaled(by: gradientScale) }
    gradientScale = 1
  }

  /// Scales the gradient and applies both decays, for rules that have not done so on the way.
  mutating func settle(_ parameter: inout Tensor, _ gradient: inout Tensor) {
    settleScale(&gradient)
    if l2Decay != 0 { gradient = gradient + parameter * l2Decay }
    if decoupledDecay != 0 {
      parameter = parameter.scaled(by: 1 - learningRate * Number(decoupledDecay))
    }
    l2Decay = 0
    decoupledDecay = 0
  }
}
