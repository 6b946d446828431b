import Models
import NeuralNetworks

/// A way to say what a model is: a list of layers, or a preset that stands for one.
struct ModelKind: Sendable {
  let variant: Variant
  /// The layers, in a recipe's own words.
  let layers: @Sendable (Entry) -> String

  /// A list of layers is no preset.
  static let list = Variant(
    "layers", "Layers one after another.",
    example: "layers: [flatten, linear: 64, relu, linear: classes]",
    hasShorthand: true,
    [
      .required(
        "layers", .list(.variant(.layer), count: 1...1000),
        "The layers, the first one first. Each takes the sizes of its input from what comes before."
      )
    ])

  private static let activation = Key(
    "activation", .choice(LayerKind.activationNames), "relu", "Between the layers.")
  private static let dropout = Key(
    "dropout", .number(.properFraction), "0", "How often numbers are dropped while training.")

  static let presets: [ModelKind] = [
    ModelKind(
      variant: Variant(
        "mlp", "Linear layers with an activation between them.",
        example: "mlp: {hidden: [512, 256]}",
        [
          Key("hidden", .list(.size, count: 0...100), "[256]", "The width of each hidden layer."),
          activation, dropout,
          Key("batch_norm", .flag, "false", "Whether hidden layers are normalized."),
        ])
    ) { options in
      let hidden = options.list("hidden").map { width in
        "- linear: \(width.integer)\n"
          + (options.flag("batch_norm") ? "- batch_norm\n" : "")
          + "- \(options.name("activation"))\n" + dropped(options)
      }
      return "- flatten\n" + hidden.joined() + "- linear: targets\n"
    },
    ModelKind(
      variant: Variant(
        "lenet", "LeNet-5 (LeCun et al., 1998) with ReLU and the largest number of each window.")
    ) { _ in
      """
      - conv2d: {channels: 6, kernel: 5, padding: 2}
      - relu
      - max_pool2d: 2
      - conv2d: {channels: 16, kernel: 5}
      - relu
      - max_pool2d: 2
      - flatten
      - linear: 120
      - relu
      - linear: 84
      - relu
      - linear: targets
      """
    },
    ModelKind(
      variant: Variant(
        "resnet20", "ResNet-20 for small images (He et al., 2016): three stages of three blocks.",
        [Key("width", .integer(1...1024), "16", "Channels of the first stage; doubled twice.")])
    ) { options in residualNetwork(width: options.integer("width")) },
    ModelKind(
      variant: Variant(
        "lstm-lm", "A language model of LSTM layers over tokens.",
        [
          Key("width", .size, "128", "The length of a token's vector."),
          Key("hidden", .size, "256", "Units of a layer."),
          Key("layers", .integer(1...100), "2", "Layers one upon another."), dropout,
        ])
    ) { options in
      """
      - embedding: \(options.integer("width"))
      - lstm: {hidden: \(options.integer("hidden")), layers: \(options.integer("layers")), \
      dropout: \(options.number("dropout"))}
      \(dropped(options))- linear: classes
      """
    },
    ModelKind(
      variant: Variant(
        "gpt", "A transformer that reads from left to right: GPT-2's form and names.",
        example: "gpt: {width: 128, layers: 4, heads: 4}",
        [
          Key("width", .size, "128", "The length of a token's vector."),
          Key("layers", .integer(1...200), "4", "Blocks one after another."),
          Key("heads", .integer(1...1024), "4", "Heads of attention; divides `width`."), dropout,
          Key("tied", .flag, "true", "Whether the output shares the tokens' vectors."),
        ])
    ) { options in
      """
      - gpt_network: {width: \(options.integer("width")), layers: \(options.integer("layers")), \
      heads: \(options.integer("heads")), dropout: \(options.number("dropout")), \
      tied: \(options.flag("tied"))}
      """
    },
    ModelKind(
      variant: Variant(
        "audio-cnn",
        "Normalized convolutions over pictures of sound, [1, frequencies, time], each halved.",
        [
          Key(
            "channels", .list(.size, count: 1...8), "[16, 32, 64]", "Of each convolution."),
          dropout,
        ])
    ) { options in
      options.list("channels").map { channels in
        """
        - conv2d: {channels: \(channels.integer), kernel: 3, padding: same, bias: false}
        - batch_norm
        - relu
        - max_pool2d: 2

        """
      }.joined() + "- global_average_pool\n" + dropped(options) + "- linear: classes\n"
    },
  ]

  private static func dropped(_ options: Entry) -> String {
    let probability = options.number("dropout")
    return probability > 0 ? "- dropout: \(probability)\n" : ""
  }

  private static func residualNetwork(width: Int) -> String {
    var text = """
      - conv2d: {channels: \(width), kernel: 3, padding: 1, bias: false}
      - batch_norm
      - relu

      """
    for stage in 0..<3 {
      let channels = width << stage
      for block in 0..<3 {
        let stride = stage > 0 && block == 0 ? 2 : 1
        text += """
          - residual:
              layers:
                - conv2d: {channels: \(channels), kernel: 3, stride: \(stride), padding: 1, bias: false}
                - batch_norm
                - relu
                - conv2d: {channels: \(channels), kernel: 3, padding: 1, bias: false}
                - batch_norm

          """
        if stride == 2 {
          text += """
                shortcut:
                  - conv2d: {channels: \(channels), kernel: 1, stride: 2, bias: false}
                  - batch_norm

            """
        }
        text += "- relu\n"
      }
    }
    return text + "- global_average_pool\n- linear: targets\n"
  }
}

extension Variant {
  static let models = [ModelKind.list] + ModelKind.presets.map(\.variant)
}

extension ModelPlan {
  /// The layers of a model, those of a preset written out; they stand where the preset does.
  static func layers(of model: Entry, file: String) throws(RecipeError) -> [Entry] {
    guard let preset = ModelKind.presets.first(where: { $0.variant.name == model.name }) else {
      return model.list("layers")
    }
    let written = try RecipeFile(text: preset.layers(model), name: file)
    var reader = FormReader()
    let entry = reader.read(
      written.root.withoutPlaces, as: .list(.variant(.layer), count: 1...1000), at: "")
    guard let entry, reader.problems.isEmpty else {
      throw RecipeError(file: file, reader.problems.map { .init(model.place, $0.message) })
    }
    return entry.list.map { $0.moved(to: model.place) }
  }
}

extension Entry {
  /// The same value somewhere else.
  func moved(to place: Place) -> Entry { Entry(place: place, content: content) }
}
