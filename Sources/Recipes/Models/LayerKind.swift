import NeuralNetworks

/// A layer whose input and output are known and whose weights are not made yet.
package struct PlannedLayer: Sendable {
  /// As in the recipe.
  package let name: String
  package var output: Features
  /// How many numbers it trains; rounded where an integer could not count them.
  package let parameters: Double
  /// Makes the weights, drawn from the current random source.
  package let make: @Sendable () -> any Layer
  /// Whether it cannot learn from a batch of one example.
  let needsTwoExamples: Bool

  init(
    _ name: String, _ output: Features, parameters: Double = 0, needsTwoExamples: Bool = false,
    _ make: @escaping @Sendable () -> any Layer
  ) {
    (self.name, self.output, self.parameters, self.make) = (name, output, parameters, make)
    self.needsTwoExamples = needsTwoExamples
  }
}

/// A kind of layer: how it is written, and what it makes of its input.
struct LayerKind: Sendable {
  let variant: Variant
  /// The layer for an input, or why there can be none.
  let plan: @Sendable (Entry, Features, Targets) throws(Misfit) -> PlannedLayer

  init(
    _ variant: Variant,
    _ plan: @escaping @Sendable (Entry, Features, Targets) throws(Misfit) -> PlannedLayer
  ) {
    (self.variant, self.plan) = (variant, plan)
  }

  /// A layer without weights that leaves the shape as it is.
  static func elementwise(
    _ variant: Variant, _ make: @escaping @Sendable (Entry) -> any Layer
  ) -> LayerKind {
    LayerKind(variant) { (options, input, _) throws(Misfit) in
      try requireNumbers(input)
      return PlannedLayer(variant.name, input) { make(options) }
    }
  }

  /// All kinds.
  static let all: [LayerKind] =
    dense + convolutions + poolings + normalizations + activations + sequences + structures
    + networks

  /// Throws where the input are tokens, which have no size.
  static func requireNumbers(_ input: Features) throws(Misfit) {
    if input.vocabulary != nil {
      throw Misfit("takes numbers, but its input is \(input.words); an embedding comes first")
    }
  }

  /// Throws where the input has another number of axes.
  static func require(_ axes: String, _ rank: Int, _ input: Features) throws(Misfit) {
    try requireNumbers(input)
    if input.rank != rank {
      throw Misfit("takes \(axes), but its input is \(input.words)")
    }
  }
}

extension Variant {
  static let layers = LayerKind.all.map(\.variant)
}
