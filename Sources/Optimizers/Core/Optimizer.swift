import Arrays
import Tensors

/// A rule that changes a model's parameters along their gradients.
///
///     var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.05)
///     optimizer.clipping = .norm(1)
///     let (loss, gradients) = valueAndGradient(of: &model) { … }
///     optimizer.update(&model, with: gradients)
///
/// An optimizer is a value: a copy goes on from where the original stood. It is a tree of tensors,
/// so that it can be saved beside its model; its tensors are named by what they are and by their
/// parameter's path, for example `state.firstMoment.hidden.weight`.
///
/// | rule | how it moves |
/// |---|---|
/// | `SGD` | gradient descent: along the gradient; with momentum; with Nesterov's momentum |
/// | `Adagrad` | gradient over the root of the sum of its squares |
/// | `Adadelta` | the same over a running average, in units of the parameter |
/// | `RMSprop` | gradient over the root of the running average of its squares |
/// | `Adam` | running average of the gradient over that root; AMSGrad by `isAMSGrad` |
/// | `AdamW` | Adam with decoupled weight decay |
/// | `NAdam` | Adam with Nesterov's momentum |
/// | `Lion` | sign of a running average |
///
/// Parameters of float16 and bfloat16 are moved as float32, in which the tensors that are kept of
/// them are too, and rounded after each step.
///
/// A new rule states what it keeps of each parameter and how one parameter moves; the walk through
/// the model, groups, clipping and decay are written once, for all.
public protocol Optimizer: TensorTree {
  /// Learning rate, decay, clipping and groups.
  var settings: OptimizerSettings { get set }

  /// What is remembered from step to step.
  var state: OptimizerState { get set }

  /// The names of the tensors that the rule keeps for each parameter.
  var slotNames: [String] { get }

  /// The tensors that the rule keeps for a parameter before its first step, one a name; the
  /// default is zeros of the parameter's shape and element type.
  func initialSlots(for parameter: Tensor) -> [Tensor]

  /// Whether `move` itself takes care of `step.gradientScale`, `step.l2Decay` and
  /// `step.decoupledDecay`, because it can do so on the way. The default is false: the gradient has
  /// been scaled and both decays have been applied when `move` is called.
  var foldsDecay: Bool { get }

  /// One step of one parameter. It is called outside of any recording of gradients.
  func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep)
}

extension Optimizer {
  public var foldsDecay: Bool { false }

  public func initialSlots(for parameter: Tensor) -> [Tensor] {
    slotNames.map { _ in parameter.zerosLike() }
  }

  /// The learning rate of the next step; a schedule sets it before each.
  public var learningRate: Double {
    get { settings.learningRate }
    set { settings.learningRate = newValue }
  }

  /// Limits on the gradients; none unless set.
  public var clipping: GradientClipping? {
    get { settings.clipping }
    set { settings.clipping = newValue }
  }

  /// Parameters that are treated unlike the others.
  public var groups: [ParameterGroup] {
    get { settings.groups }
    set { settings.groups = newValue }
  }

  /// Makes the state that the first step for `model` would make, so that a saved one can be loaded
  /// into it.
  public mutating func prepare<Model: TensorTree>(for model: Model) {
    var copy = model
    let collector = ParameterCollector()
    copy.visitTensors(collector)
    state.names = collector.paths
    state.slotNames = slotNames
    state.slots = collector.tensors.map { initialSlots(for: $0.detached().widened()) }
    state.step = 0
    settings.resolveGroups(names: state.names)
  }

  /// Moves every parameter of `model` one step along `gradients`, a model of the same type as
  /// `valueAndGradient(of:_:)` gives it.
  ///
  /// The parameters change in place where nothing else shares their memory. The update is no
  /// differentiable operation. Stops where the model has other parameters than at the first step.
  public mutating func update<Model: TensorTree>(
    _ model: inout Model, with gradients: consuming Model
  ) {
    let collector = GradientCollector(capacity: state.slots.count)
    gradients.visitTensors(collector)
    if state.names.isEmpty { prepare(for: model) }
    if settings.changes == nil { settings.resolveGroups(names: state.names) }
    let gradients = collector.gradients
    // The state is moved out while the rule, which is part of the same value, is read.
    var current = state
    state = OptimizerState()
    current.count = current.count + 1
    withoutGradient {
      let mover = Mover(
        self, number: current.count, slots: current.takeSlots(), gradients: gradients)
      model.visitTensors(mover)
      current.slots = mover.slots
      if mover.next != current.slots.count || mover.next != gradients.count {
        stop(
          "\(Self.self).update: the model has \(mover.next) parameters, the gradients have "
            + "\(gradients.count), and the first step was made with \(current.names)")
      }
    }
    state = current
  }
}
