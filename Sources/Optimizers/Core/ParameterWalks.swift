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
    gradients.append(tensor)
  }
}

/// Moves each parameter of a model one step.
final class Mover<Rule: Optimizer>: TensorVisitor {
  private let rule: Rule
  private let foldsDecay: Bool
  /// The step of a parameter of which no group says anything.
  private let step: UpdateStep
  private let l1Decay: Double
  private let limit: Double?
  /// What the groups say of each parameter; nil where there are none.
  private let changes: [ParameterGroup.Change]?
  private let gradients: [Tensor]
  private(set) var slots: [[Tensor]]
  private(set) var next = 0

  /// - Parameters:
  ///   - rule: The optimizer, whose state is elsewhere meanwhile.
  ///   - number: The number of the step, from 1.
  ///   - slots: The tensors that are kept of each parameter; moved in, so that they can change in
  ///     place, and read again when the walk is over.
  init(
    _ rule: Rule, number: Number, slots: consuming [[Tensor]], gradients: [Tensor]
  ) {
    let settings = rule.settings
    self.rule = rule
    foldsDecay = rule.foldsDecay
    step = UpdateStep(
      number: number, learningRate: settings.rate,
      gradientScale: settings.clipping?.scale(for: gradients) ?? 1, l2Decay: settings.l2Decay,
      decoupledDecay: settings.decoupledDecay)
    l1Decay = settings.l1Decay
    if case .value(let limit) = settings.clipping { self.limit = limit } else { limit = nil }
    changes = settings.groups.isEmpty ? nil : settings.changes
    self.gradients = gradients
    self.slots = slots
  }

  override func visit(_ parameter: inout Tensor, name: String, role: TensorRole) {
    guard isTrained(parameter, role) else { return }
    let index = next
    next += 1
    guard index < slots.count, index < gradients.count else { return }
    var (step, l1Decay) = (step, l1Decay)
    if let change = changes?[index] {
      if change.rateFactor == 0 { return }
      step.learningRate = step.learningRate * Number(change.rateFactor)
      step.l2Decay = change.l2Decay ?? step.l2Decay
      step.decoupledDecay = change.decoupledDecay ?? step.decoupledDecay
      l1Decay = change.l1Decay ?? l1Decay
    }
    let gradient = gradients[index]
    if gradient.array.layout !== parameter.array.layout || gradient.dataType != parameter.dataType {
      check(parameter, gradient, name)
    }
    if parameter.node != nil { parameter.node = nil }
    if parameter.dataType.byteCount < 4 {
      var wide = parameter.widened()
      move(&wide, along: gradient.widened(), index, step, l1Decay)
      parameter = wide.to(parameter.dataType)
    } else {
      move(&parameter, along: gradient, index, step, l1Decay)
    }
  }

  private func move(
    _ parameter: inout Tensor, along given: Tensor, _ index: Int, _ step: UpdateStep,
    _ l1Decay: Double
  ) {
    if foldsDecay && l1Decay == 0 && limit == nil {
      rule.move(&parameter, along: given, slots: &slots[index], step)
      return
    }
    var (gradient, step) = (given, step)
    if let limit { gradient = gradient.clamped(to: -limit...limit) }
    if l1Decay != 0 {
      step.settleScale(&gradient)
      gradient = gradient + sign(parameter) * l1Decay
    }
    if !foldsDecay { step.settle(&parameter, &gradient) }
    rule.move(&parameter, along: gradient, slots: &slots[index], step)
  }

  private func check(_ parameter: Tensor, _ gradient: Tensor, _ name: String) {
    if gradient.shape != parameter.shape || gradient.dataType != parameter.dataType {
      stop(
        "\(Rule.self).update: \(path(name)) is \(parameter.dataType) \(parameter.shape), its "
          + "gradient \(gradient.dataType) \(gradient.shape); they must be alike")
    }
  }
}
