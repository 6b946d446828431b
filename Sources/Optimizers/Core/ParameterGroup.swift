/// Parameters, chosen by their paths, that an optimizer treats unlike the others.
///
///     optimizer.groups = [
///       ParameterGroup(rateFactor: 0.1) { $0.hasPrefix("backbone.") },
///       ParameterGroup(decoupledDecay: 0) { $0.hasSuffix(".bias") },
///     ]
public struct ParameterGroup: Sendable {
  /// Whether the parameter with this path, for example `layers.0.weight`, is in the group.
  public var contains: @Sendable (String) -> Bool
  var change: Change

  /// - Parameters:
  ///   - rateFactor: What the optimizer's learning rate is multiplied by for these parameters; a
  ///     factor rather than a rate, so that schedules hold for every group. 0 freezes them, decay
  ///     included.
  ///   - l1Decay: Takes the place of the optimizer's, where given; so do the other decays.
  ///   - contains: Whether the parameter with a path is in the group.
  public init(
    rateFactor: Double = 1, l1Decay: Double? = nil, l2Decay: Double? = nil,
    decoupledDecay: Double? = nil, where contains: @escaping @Sendable (String) -> Bool
  ) {
    self.contains = contains
    change = Change(
      rateFactor: rateFactor, l1Decay: l1Decay, l2Decay: l2Decay, decoupledDecay: decoupledDecay)
  }

  /// What groups say of a parameter; nil leaves it to the optimizer.
  struct Change: Sendable, Hashable {
    var rateFactor = 1.0
    var l1Decay: Double?
    var l2Decay: Double?
    var decoupledDecay: Double?

    /// Adds what another group says; factors multiply.
    mutating func apply(_ other: Change) {
      rateFactor *= other.rateFactor
      l1Decay = other.l1Decay ?? l1Decay
      l2Decay = other.l2Decay ?? l2Decay
      decoupledDecay = other.decoupledDecay ?? decoupledDecay
    }
  }
}
