import Arrays
import Tensors

/// Whether a tensor is moved by optimizers.
@inline(__always)
private func isTrained(_ tensor: Tensor, _ role: TensorRole) -> Bool {
  role == .parameter && tensor.dataType.isFloatingPoint
}

/// The trained parameters of a model and their paths.
final class ParameterCollector: TensorVisitor {
  private(set) var tensors: [Tensor] = []
  private(set) var paths: [String] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard isTrained(tensor, role) else { return }
    tensors.append(tensor)
    paths.append(path(name))
  }
}

/// The gradients in a model's place, in the order of the walk.
final class GradientCollector: TensorVisitor {
  private(set) var gradients: [Tensor] = []

  init(capacity: Int) {
    gradients.reserveCapacity(capacity)
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard isTrained(tensor, role) else { return }
    gradients.append(tensor.detached())
  }
}

/// Moves each parameter of a model one step.
final class Mover<Rule: Optimizer>: TensorVisitor {
  private let rule: Rule
  private var state: OptimizerState
  private let settings: OptimizerSettings
  private let gradients: [Tensor]
  private let gradientScale: Double
  private var next = 0

  /// `state` has its step counted already; `finish` hands it back.
  init(_ rule: Rule, _ state: consuming OptimizerState, _ gradients: [Tensor]) {
    self.rule = rule
    self.state = state
    self.settings = rule.settings
    self.gradients = gradients
    gradientScale = rule.settings.clipping?.scale(for: gradients) ?? 1
  }

  override func visit(_ parameter: inout Tensor, name: String, role: TensorRole) {
    guard isTrained(parameter, role) else { return }
    let index = next
    next += 1
    check(parameter, index, name)
    let change = settings.changes.unsafelyUnwrapped[index]
    guard change.rateFactor != 0 else { return }
    parameter.node = nil
    var step = UpdateStep(
      number: state.step, learningRate: settings.learningRate * change.rateFactor,
      gradientScale: gradientScale, l2Decay: change.l2Decay ?? settings.l2Decay,
      decoupledDecay: change.decoupledDecay ?? settings.decoupledDecay)
    var gradient = gradients[index]
    if case .value(let limit) = settings.clipping { gradient = gradient.clamped(to: -limit...limit) }
    let l1Decay = change.l1Decay ?? settings.l1Decay
    if l1Decay != 0 {
      step.settleScale(&gradient)
      gradient = gradient + sign(parameter) * l1Decay
    }
    if !rule.foldsDecay { step.settle(&parameter, &gradient) }
    rule.move(&parameter, along: gradient, slots: &state.slots[index], step)
  }

  /// Stops where the model, the gradients and the state do not belong together.
  private func check(_ parameter: Tensor, _ index: Int, _ name: String) {
    guard index < state.slots.count, index < gradients.count else { stopForCount() }
    let gradient = gradients[index]
    if gradient.shape != parameter.shape || gradient.dataType != parameter.dataType {
      stop(
        "\(Rule.self).update: \(path(name)) is \(parameter.dataType) \(parameter.shape), its "
          + "gradient \(gradient.dataType) \(gradient.shape); they must be alike")
    }
  }

  private func stopForCount() -> Never {
    stop(
      "\(Rule.self).update: the model has \(next) or more parameters, the gradients have "
        + "\(gradients.count), and the first step was made with \(state.slots.count): "
        + "\(state.names)")
  }

  /// The state after every parameter was moved.
  func finish() -> OptimizerState {
    if next != state.slots.count || next != gradients.count { stopForCount() }
    return state
  }
}
