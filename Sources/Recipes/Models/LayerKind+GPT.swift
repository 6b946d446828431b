import Models
import NeuralNetworks

extension LayerKind {
  static let networks: [LayerKind] = [
    LayerKind(
      Variant(
        "gpt_network", "A whole GPT from tokens to logits; the preset `gpt` is this layer alone.",
        [
          Key("width", .size, "128", "The length of a token's vector."),
          Key("layers", .integer(1...200), "4", "Blocks one after another."),
          Key("heads", .integer(1...1024), "4", "Heads of attention; divides `width`."),
          Key("dropout", .number(.properFraction), "0", "How often numbers are dropped."),
          Key("tied", .flag, "true", "Whether the output shares the tokens' vectors."),
        ])
    ) { (options, input, _) throws(Misfit) in
      guard let vocabulary = input.vocabulary, input.rank == 1 else {
        throw Misfit("takes tokens, but its input is \(input.words)")
      }
      let (width, heads) = (options.integer("width"), options.integer("heads"))
      guard width % heads == 0 else {
        throw Misfit("has \(heads) heads, which do not divide the width \(width)")
      }
      let configuration = GPT.Configuration(
        vocabulary: vocabulary, context: input.lengths[0], width: width,
        layers: options.integer("layers"), heads: heads, dropout: options.number("dropout"),
        isTied: options.flag("tied"))
      return PlannedLayer(
        "gpt_network", Features(input.lengths + [vocabulary]),
        parameters: Double(configuration.layers) * 12 * Double(width) * Double(width)
          + Double(vocabulary + input.lengths[0]) * Double(width)
      ) { GPT(configuration) }
    }
  ]
}
