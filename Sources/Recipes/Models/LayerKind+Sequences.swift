import NeuralNetworks
import Tensors

extension LayerKind {
  static let sequences: [LayerKind] = [
    LayerKind(
      Variant(
        "embedding", "A learned vector for each token: [time] → [time, width].",
        example: "embedding: 128", hasShorthand: true,
        [.required("width", .size, "The length of a vector.")])
    ) { (options, input, _) throws(Misfit) in
      guard let vocabulary = input.vocabulary else {
        throw Misfit("takes tokens, but its input is \(input.words) numbers")
      }
      let width = options.integer("width")
      return PlannedLayer(
        "embedding", Features(input.lengths + [width]),
        parameters: Double(vocabulary) * Double(width)
      ) { Embedding(vocabulary, width) }
    },
    recurrent("lstm", "Long short-term memory", gates: 4) { inputs, hidden, settings in
      let layer = LSTM(
        inputs, hidden, layers: settings.layers, bidirectional: settings.isBidirectional,
        dropout: settings.dropout, batchFirst: true)
      return SequenceLayer(layer, keepsAll: settings.keepsAll) { $0($1, lengths: $2).output }
    },
    recurrent("gru", "Gated recurrent units", gates: 3) { inputs, hidden, settings in
      let layer = GRU(
        inputs, hidden, layers: settings.layers, bidirectional: settings.isBidirectional,
        dropout: settings.dropout, batchFirst: true)
      return SequenceLayer(layer, keepsAll: settings.keepsAll) { $0($1, lengths: $2).output }
    },
    recurrent("rnn", "Simple recurrent units with tanh", gates: 1) { inputs, hidden, settings in
      let layer = RNN(
        inputs, hidden, layers: settings.layers, bidirectional: settings.isBidirectional,
        dropout: settings.dropout, batchFirst: true)
      return SequenceLayer(layer, keepsAll: settings.keepsAll) { $0($1, lengths: $2).output }
    },
    LayerKind(Variant("transpose", "Swaps the two axes of an example: [a, b] → [b, a].")) {
      (_, input, _) throws(Misfit) in
      try require("two axes", 2, input)
      return PlannedLayer("transpose", Features(input.lengths.reversed())) {
        FunctionLayer { $0.transposed(1, 2) }
      }
    },
  ]

  /// The options of recurrent layers.
  fileprivate struct RecurrentSettings: Sendable {
    let layers: Int
    let isBidirectional: Bool
    let dropout: Double
    let keepsAll: Bool
  }

  private static func recurrent(
    _ name: String, _ title: String, gates: Int,
    _ make: @escaping @Sendable (Int, Int, RecurrentSettings) -> any Layer
  ) -> LayerKind {
    LayerKind(
      Variant(
        name, "\(title) over [time, features].", example: "\(name): {hidden: 128, output: last}",
        hasShorthand: true,
        [
          .required("hidden", .size, "Units of a layer."),
          Key("layers", .integer(1...100), "1", "Layers one upon another."),
          Key("bidirectional", .flag, "false", "Whether it also reads from the end."),
          Key("dropout", .number(.properFraction), "0", "How often, between layers."),
          Key(
            "output", .choice(["all", "last"]), "all",
            "All times, [time, hidden], or the last alone, [hidden], which is each example's own last."
          ),
        ])
    ) { (options, input, _) throws(Misfit) in
      try require("[time, features]", 2, input)
      let settings = RecurrentSettings(
        layers: options.integer("layers"), isBidirectional: options.flag("bidirectional"),
        dropout: options.number("dropout"), keepsAll: options.name("output") == "all")
      let (inputs, hidden) = (input.lengths[1], options.integer("hidden"))
      let directions = settings.isBidirectional ? 2 : 1
      let features = directions * hidden
      var parameters = 0.0
      for layer in 0..<settings.layers {
        let width = Double(layer == 0 ? inputs : features)
        parameters += Double(directions * gates * hidden) * (width + Double(hidden) + 2)
      }
      let output = settings.keepsAll ? [input.lengths[0], features] : [features]
      return PlannedLayer(name, Features(output), parameters: parameters) {
        make(inputs, hidden, settings)
      }
    }
  }
}

/// A layer that makes a sequence of a sequence, as one of tensors: all times or the last.
private struct SequenceLayer<Wrapped: Module>: Layer {
  var wrapped: Wrapped
  private let keepsAll: Bool
  private let call: @Sendable (Wrapped, Tensor, _ lengths: Tensor?) -> Tensor

  init(
    _ wrapped: Wrapped, keepsAll: Bool,
    _ call: @escaping @Sendable (Wrapped, Tensor, Tensor?) -> Tensor
  ) {
    (self.wrapped, self.keepsAll, self.call) = (wrapped, keepsAll, call)
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    let output = call(wrapped, input, SequenceLengths.current)
    return keepsAll ? output : SequenceLengths.ends(of: output)
  }

  // Under the names of the layer itself, as PyTorch has them.
  mutating func visitTensors(_ visitor: TensorVisitor) { wrapped.visitTensors(visitor) }
}
