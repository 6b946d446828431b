import NeuralNetworks

extension LayerKind {
  private static let epsilon = Key(
    "epsilon", .number(.above(0)), "1.0e-5", "What is added to the variance.")

  static let normalizations: [LayerKind] = [
    LayerKind(
      Variant(
        "batch_norm", "Each channel with mean 0 and variance 1 over the batch.",
        [epsilon, Key("momentum", .number(.fraction), "0.1", "The weight of a new batch.")])
    ) { (options, input, _) throws(Misfit) in
      try requireNumbers(input)
      guard (1...3).contains(input.rank) else {
        throw Misfit("takes features, or channels with one or two axes, found \(input.words)")
      }
      let features = input.lengths[0]
      let (epsilon, momentum) = (options.number("epsilon"), options.number("momentum"))
      let isImage = input.rank == 3
      return PlannedLayer(
        "batch_norm", input, parameters: 2 * Double(features),
        needsTwoExamples: input.count == Double(features)
      ) {
        isImage
          ? BatchNorm2D(features, epsilon: epsilon, momentum: momentum) as any Layer
          : BatchNorm1D(features, epsilon: epsilon, momentum: momentum)
      }
    },
    lastAxis("layer_norm", "Each place with mean 0 and variance 1 over the last axis.", 2) {
      LayerNorm($0, epsilon: $1)
    },
    lastAxis("rms_norm", "Each place with root mean square 1 over the last axis.", 1) {
      RMSNorm($0, epsilon: $1)
    },
    LayerKind(
      Variant(
        "group_norm", "Groups of channels with mean 0 and variance 1.", example: "group_norm: 8",
        hasShorthand: true,
        [.required("groups", .size, "How many groups; divides the channels."), epsilon])
    ) { (options, input, _) throws(Misfit) in
      try requireNumbers(input)
      let groups = options.integer("groups")
      guard let channels = input.lengths.first, input.rank >= 1, channels % groups == 0 else {
        throw Misfit("cuts its input of \(input.words) into \(groups) groups, which does not go")
      }
      let epsilon = options.number("epsilon")
      return PlannedLayer("group_norm", input, parameters: 2 * Double(channels)) {
        GroupNorm(groups, channels, epsilon: epsilon)
      }
    },
  ]

  private static func lastAxis(
    _ name: String, _ summary: String, _ vectors: Double,
    _ make: @escaping @Sendable (Int, Double) -> any Layer
  ) -> LayerKind {
    LayerKind(Variant(name, summary, [epsilon])) { (options, input, _) throws(Misfit) in
      try requireNumbers(input)
      guard let width = input.lengths.last else { throw Misfit("takes more than a single number") }
      let epsilon = options.number("epsilon")
      return PlannedLayer(name, input, parameters: vectors * Double(width)) { make(width, epsilon) }
    }
  }

  /// Names of functions that other layers take as an option, too.
  static let activationNames = [
    "relu", "gelu", "silu", "tanh", "sigmoid", "elu", "selu", "softplus", "hard_swish", "mish",
  ]

  static let activations: [LayerKind] = [
    elementwise(Variant("relu", "max(x, 0).")) { _ in ReLU() },
    elementwise(
      Variant(
        "leaky_relu", "x, below 0 times a slope.",
        [Key("slope", .number(.any), "0.01", "The slope below 0.")])
    ) { LeakyReLU(slope: $0.number("slope")) },
    elementwise(Variant("gelu", "x · Φ(x).")) { _ in GELU() },
    elementwise(Variant("silu", "x · σ(x), also called swish.")) { _ in SiLU() },
    elementwise(Variant("tanh", "The hyperbolic tangent.")) { _ in Tanh() },
    elementwise(Variant("sigmoid", "σ(x) = 1 / (1 + e⁻ˣ).")) { _ in Sigmoid() },
    elementwise(Variant("elu", "x, below 0 eˣ − 1.")) { _ in ELU() },
    elementwise(Variant("selu", "ELU, scaled to keep mean 0 and variance 1.")) { _ in SELU() },
    elementwise(Variant("softplus", "ln(1 + eˣ).")) { _ in Softplus() },
    elementwise(Variant("hard_swish", "SiLU of straight lines.")) { _ in HardSwish() },
    elementwise(Variant("mish", "x · tanh(softplus(x)).")) { _ in Mish() },
    elementwise(Variant("softmax", "eˣ over its sum along the last axis.")) { _ in Softmax() },
    elementwise(Variant("log_softmax", "The logarithm of softmax.")) { _ in LogSoftmax() },
  ]
}
