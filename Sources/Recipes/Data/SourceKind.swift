import Tensors
import Arrays
import Datasets
import Text

/// A source of examples: how it is written, and how it is opened.
struct SourceKind: Sendable {
  let variant: Variant
  /// Opens what the options name, in the columns and characters that a run has saved, if there is one;
  /// throws `DatasetError`, `TextError` and `Misfit`.
  let open: @Sendable (Entry, DataFacts?) throws -> Material

  static let all: [SourceKind] = pictures + folders + [table, text, texts]

  static func kind(_ name: String) -> SourceKind? { all.first { $0.variant.name == name } }

  static let pictures: [SourceKind] = [
    SourceKind(
      variant: Variant(
        "digits", "1,797 handwritten digits of 8×8 pixels, which the program carries.")
    ) { _, _ in
      let digits = try Digits.load()
      return Material(pictures: digits, testPlaces: [], classNames: SourceKind.digitNames)
    },
    SourceKind(
      variant: Variant(
        "idx", "MNIST, or another set in its four IDX files, compressed or not.",
        example: "idx: data/mnist", hasShorthand: true,
        [.required("folder", .text, "The folder of the four files.")])
    ) { options, _ in
      let mnist = try MNIST.load(from: options.name("folder"))
      return Material(
        training: mnist.training, test: mnist.test, classNames: SourceKind.digitNames)
    },
  ]

  private static let digitNames = (0..<10).map(String.init)

  static let text = SourceKind(
    variant: Variant(
      "text", "A text for a language model: each token is learned from those before it.",
      example: "text: {file: data/tinyshakespeare.txt, context: 128}",
      [
        .required("file", .text, "A file of UTF-8 text."),
        Key("context", .integer(1...1_000_000), "128", "Tokens in an example."),
        Key("tokens", .choice(["characters", "bytes"]), "characters", "What a token is."),
      ])
  ) { options, facts in
    let path = options.name("file")
    let bytes = try readFile(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DatasetError(
        .invalidUTF8, file: path, found: "bytes that are no UTF-8", expected: "a text")
    }
    let isBytes = options.name("tokens") == "bytes"
    let alphabet = facts?.vocabulary.joined() ?? text
    let tokenizer = CharacterTokenizer(alphabetOf: alphabet, unit: isBytes ? .bytes : .scalars)
    let context = options.integer("context")
    let tokens = try tokenizer.encode(text)
    let count = (tokens.count - 1) / context
    guard count > 0 else {
      throw DatasetError(
        .noExamples, file: path, found: "\(tokens.count) tokens",
        expected: "at least \(context + 1), for one example and the token after it")
    }
    return Material(
      examples: .tokens(tokens, context: context), count: count,
      targets: .tokens(tokenizer.vocabularySize),
      vocabulary: isBytes ? [] : tokenizer.vocabulary.entries.map(\.token))
  }
}

extension Variant {
  static let sources = SourceKind.all.map(\.variant)
}

extension Material {
  /// Pictures in memory.
  init(pictures: LabelledImages, testPlaces: [Int], classNames: [String]) {
    self.init(
      examples: .pictureBytes(pictures), count: pictures.count,
      targets: .classes(pictures.classCount), classNames: classNames, labels: pictures.classes,
      testPlaces: testPlaces)
  }
}
