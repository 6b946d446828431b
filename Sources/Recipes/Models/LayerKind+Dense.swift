import NeuralNetworks

extension LayerKind {
  static let dense: [LayerKind] = [
    LayerKind(
      Variant(
        "linear", "y = x · Wᵀ + b over the last axis.", example: "linear: 128", hasShorthand: true,
        [
          .required(
            "outputs", .either([.size, .choice(["classes", "targets"])]),
            "Numbers that come out; `classes` or `targets` for as many as the data ask for."),
          Key("bias", .flag, "true", "Whether b is added."),
        ])
    ) { (options, input, targets) throws(Misfit) in
      try requireNumbers(input)
      guard let inputs = input.lengths.last else {
        throw Misfit("takes at least one number, but its input is a single one")
      }
      let outputs = try outputs(options.value("outputs"), targets)
      let bias = options.flag("bias")
      return PlannedLayer(
        "linear", Features(input.lengths.dropLast() + [outputs]),
        parameters: Double(inputs) * Double(outputs) + (bias ? Double(outputs) : 0)
      ) { Linear(inputs, outputs, bias: bias) }
    },
    LayerKind(
      Variant(
        "dropout", "Sets numbers to zero at random while training.", example: "dropout: 0.3",
        hasShorthand: true,
        [Key("probability", .number(.properFraction), "0.5", "How often.")])
    ) { (options, input, _) throws(Misfit) in
      try requireNumbers(input)
      let probability = options.number("probability")
      return PlannedLayer("dropout", input) { Dropout(probability) }
    },
    LayerKind(Variant("flatten", "All axes of an example as one.")) {
      (_, input, _) throws(Misfit) in
      try requireNumbers(input)
      guard input.count < 1e9 else {
        throw Misfit("makes \(input.count) numbers, which are too many")
      }
      return PlannedLayer("flatten", Features([Int(input.count)])) { Flatten() }
    },
  ]

  private static func outputs(_ entry: Entry, _ targets: Targets) throws(Misfit) -> Int {
    guard case .text(let word) = entry.content else { return entry.integer }
    if word == "classes", case .numbers = targets {
      throw Misfit("asks for classes, but the data's targets are numbers; write targets")
    }
    return targets.outputs
  }
}
