import NeuralNetworks
import Tensors

/// A loss: how it is written, which targets it fits, and what it computes.
struct LossKind: Sendable {
  /// What a loss compares outputs with.
  enum Demand: Sendable {
    /// The number of a class, or of a token.
    case classes
    /// Numbers, as many as there are outputs.
    case numbers
  }

  let variant: Variant
  let demand: Demand
  /// Whether a target may be a probability for each class, as mixing examples makes it.
  var takesMixtures = false
  /// The loss of outputs [N, …] and targets.
  let make: @Sendable (Entry) -> @Sendable (Tensor, Tensor) -> Tensor

  static let all: [LossKind] = [
    LossKind(
      variant: Variant(
        "cross_entropy", "−log softmax of the right class; outputs are logits.",
        [
          Key(
            "label_smoothing", .number(.fraction), "0", "The share that goes to all classes alike."),
          Key(
            "class_weights", .list(.number(.from(0)), count: 1...100_000), nil,
            "One weight for each class; 1 unless given."),
        ]), demand: .classes, takesMixtures: true
    ) { options in
      let smoothing = options.number("label_smoothing")
      let weights = options["class_weights"].map { Tensor($0.list.map { Float($0.number) }) }
      return { crossEntropy($0, $1, weights: weights, labelSmoothing: smoothing) }
    },
    LossKind(
      variant: Variant(
        "focal", "Cross entropy in which what is predicted well counts less (Lin et al., 2017).",
        [Key("gamma", .number(.from(0)), "2", "How much less.")]), demand: .classes
    ) { options in
      let gamma = options.number("gamma")
      return { focalLoss($0, $1, gamma: gamma) }
    },
    LossKind(
      variant: Variant(
        "hinge", "The multi-class hinge loss.",
        [Key("margin", .number(.above(0)), "1", "By how much the right class should lead.")]),
      demand: .classes
    ) { options in
      let margin = options.number("margin")
      return { multiClassHinge($0, $1, margin: margin) }
    },
    LossKind(
      variant: Variant("mse", "The mean squared error."), demand: .numbers
    ) { _ in { mse($0, $1) } },
    LossKind(
      variant: Variant("mae", "The mean absolute error."), demand: .numbers
    ) { _ in { mae($0, $1) } },
    LossKind(
      variant: Variant(
        "huber", "Squared error near zero, absolute error beyond.",
        [Key("delta", .number(.above(0)), "1", "Where the one becomes the other.")]),
      demand: .numbers
    ) { options in
      let delta = options.number("delta")
      return { huber($0, $1, delta: delta) }
    },
    LossKind(
      variant: Variant(
        "binary_cross_entropy", "For targets that are probabilities of yes; outputs are logits."),
      demand: .numbers
    ) { _ in { binaryCrossEntropy($0, $1) } },
  ]

  static func kind(_ name: String) -> LossKind? { all.first { $0.variant.name == name } }
}

extension Variant {
  static let losses = LossKind.all.map(\.variant)
}
