import Arrays
import Tensors

/// What all optimizers have in common: the learning rate, decay, clipping, and groups of parameters
/// that are treated unlike the others.
public struct OptimizerSettings: TensorTree {
  /// The learning rate, which a compiled step takes as it is at each call.
  var rate: Number
  /// λ of an L1 penalty λ‖w‖₁: λ · sign(w) is added to the gradient.
  public var l1Decay: Double
  /// λ of an L2 penalty ½λ‖w‖²: λ · w is added to the gradient.
  public var l2Decay: Double
  /// λ of a decay beside the gradient: w is multiplied by 1 − learningRate · λ before the step
  /// (Loshchilov and Hutter, “Decoupled Weight Decay Regularization”, 2019).
  public var decoupledDecay: Double
  /// Limits on the gradients, before any decay.
  public var clipping: GradientClipping?
  /// Parameters that are treated unlike the others; where several groups hold a parameter, what a
  /// later one says counts.
  public var groups: [ParameterGroup] {
    didSet { changes = nil }
  }
  /// What the groups say of each parameter, in the order of the walk; nil until it is found out.
  var changes: [ParameterGroup.Change]? {
    didSet { changesHash = changes?.hashValue }
  }
  private var changesHash: Int?

  /// Settings without decay, clipping and groups unless given.
  public init(
    learningRate: Double, l1Decay: Double = 0, l2Decay: Double = 0, decoupledDecay: Double = 0,
    clipping: GradientClipping? = nil, groups: [ParameterGroup] = []
  ) {
    rate = Number(learningRate)
    self.l1Decay = l1Decay
    self.l2Decay = l2Decay
    self.decoupledDecay = decoupledDecay
    self.clipping = clipping
    self.groups = groups
  }

  /// How far a step goes.
  public var learningRate: Double {
    get { rate.value }
    set { rate = Number(newValue) }
  }

  /// The learning rate, and all else on which a compiled step depends.
  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(&rate, name: "learningRate")
    if !visitor.notesValues { return }
    visitor.note(l1Decay.bitPattern)
    visitor.note(l2Decay.bitPattern)
    visitor.note(decoupledDecay.bitPattern)
    switch clipping {
    case nil: visitor.note(0)
    case .value(let limit):
      visitor.note(1)
      visitor.note(limit.bitPattern)
    case .norm(let limit):
      visitor.note(2)
      visitor.note(limit.bitPattern)
    }
    visitor.note(UInt64(bitPattern: Int64(changesHash ?? groups.map(\.change).hashValue)))
  }

  /// Finds out what the groups say of the parameters with these paths; a group that holds none of
  /// them is a mistake.
  mutating func resolveGroups(names: [String]) {
    var changes = Array(repeating: ParameterGroup.Change(), count: names.count)
    for (number, group) in groups.enumerated() {
      let members = names.indices.filter { group.contains(names[$0]) }
      if members.isEmpty {
        stop("optimizer: group \(number) holds none of the parameters \(names)")
      }
      for index in members { changes[index].apply(group.change) }
    }
    self.changes = changes
  }
}
