import Arrays
import Tensors

/// Gradient descent: w ← w − rate · g, on the gradient of the whole data as well as, stochastic
/// gradient descent, on those of random batches.
///
///     var descent = SGD(learningRate: 0.1)                                   // plain
///     var nesterov = SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true)
///
/// With momentum μ a velocity gathers gradients, v ← μ · v + g, and w ← w − rate · v; Nesterov's
/// form looks ahead along it, w ← w − rate · (g + μ · v).
///
/// Polyak, “Some methods of speeding up the convergence of iteration methods”, 1964; Sutskever et
/// al., “On the importance of initialization and momentum in deep learning”, 2013.
public struct SGD: Optimizer {
  public var settings: OptimizerSettings
  public var state = OptimizerState()
  /// μ; 0 for plain gradient descent. A schedule may change it, except from 0 once steps were taken.
  public var momentum: Double {
    get { inertia.value }
    set {
      inertia = Number(newValue)
      hasMomentum = newValue != 0
    }
  }
  /// The momentum, which a compiled step takes as it is at each call.
  private var inertia: Number
  private var hasMomentum: Bool
  /// Whether momentum is Nesterov's.
  public var isNesterov: Bool

  /// - Parameters:
  ///   - learningRate: How far a step goes.
  ///   - momentum: μ; 0 for plain gradient descent.
  ///   - isNesterov: Whether momentum is Nesterov's.
  ///   - weightDecay: λ of an L2 penalty, added to the gradient as λ · w.
  public init(
    learningRate: Double, momentum: Double = 0, isNesterov: Bool = false, weightDecay: Double = 0
  ) {
    if isNesterov && momentum == 0 { stop("SGD: Nesterov's form needs a momentum above 0") }
    settings = OptimizerSettings(learningRate: learningRate, l2Decay: weightDecay)
    inertia = Number(momentum)
    hasMomentum = momentum != 0
    self.isNesterov = isNesterov
  }

  public var slotNames: [String] { !hasMomentum ? [] : ["velocity"] }
  public var foldsDecay: Bool { true }

  public func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    if !hasMomentum && step.l2Decay == 0 && step.decoupledDecay == 0 {
      // The scale rides along in the only multiplication.
      parameter.add(gradient, scaledBy: -(step.learningRate * step.gradientScale))
      return
    }
    var (gradient, step) = (gradient, step)
    step.settle(&parameter, &gradient)
    if !hasMomentum {
      parameter.add(gradient, scaledBy: -step.learningRate)
      return
    }
    if slots.isEmpty { stop("SGD: momentum was 0 at the first step and is \(inertia) now") }
    var velocity = gradient
    velocity.add(slots[0], scaledBy: inertia)
    slots[0] = velocity
    if isNesterov {
      parameter.add(gradient, scaledBy: -step.learningRate)
      parameter.add(velocity, scaledBy: -(step.learningRate * inertia))
    } else {
      parameter.add(velocity, scaledBy: -step.learningRate)
    }
  }
}
