import Datasets

extension SourceKind {
  static let texts = SourceKind(
    variant: Variant(
      "texts", "Texts with their classes, from two columns of a CSV or TSV file.",
      example: "texts: {file: data/reviews.csv, text: review, target: mood}",
      [
        .required("file", .text, "The file."),
        .required("text", .text, "The column of the texts."),
        .required("target", .text, "The column of the classes."),
        Key("tokens", .choice(["characters", "bytes"]), "characters", "What a token is."),
        Key(
          "longest", .integer(1...1_000_000), "1000", "Tokens of a text that are read, at most."),
        delimiterKey,
      ])
  ) { options, facts in
    let (name, target) = (options.name("text"), options.name("target"))
    let table = try Table(
      contentsOf: options.name("file"), TableFormat(delimiter: delimiter(options)))
    let texts = try table.column(name).words
    let column = try table.column(target)
    let (classes, numbers) = try classes(of: column, facts)
    var encoding = TextEncoding(vocabulary: facts?.vocabulary ?? [], options)
    if facts == nil, !encoding.isBytes {
      encoding = TextEncoding(alphabetOf: texts.compactMap { $0 }, options)
    }
    var examples: [Labelled<[Int]>] = []
    for (row, word) in column.words.enumerated() {
      guard let label = word.flatMap({ numbers[$0] }) else {
        throw DatasetError(
          .missingValue, file: table.source, found: "nothing in row \(row + 1) of \(target)",
          expected: "a class")
      }
      examples.append(Labelled(encoding.tokens(of: texts[row] ?? ""), label: label))
    }
    return Material(
      examples: .texts(ArrayDataset(examples)), count: examples.count,
      targets: .classes(classes.count), classNames: classes, labels: examples.map(\.label),
      names: texts.map { $0 ?? "" }, vocabulary: encoding.vocabulary,
      lengths: examples.map(\.value.count))
  }
}

/// How a text to be classified becomes tokens.
struct TextEncoding {
  /// The tokens in their order. The first stands for the beginning of every text, so that none is
  /// empty, the second for characters that are not known.
  let vocabulary: [String]
  let isBytes: Bool
  private let longest: Int
  private let numbers: [String: Int]

  private static let special = ["", "\u{FFFD}"]

  /// Of a vocabulary that an encoding has had; bytes have always the same.
  init(vocabulary: [String], _ options: Entry) {
    isBytes = options.name("tokens") == "bytes"
    longest = options.integer("longest")
    self.vocabulary =
      isBytes ? TextEncoding.special + (0..<256).map { "\($0)" } : vocabulary
    numbers = Dictionary(
      self.vocabulary.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Of all characters of some texts.
  init(alphabetOf texts: [String], _ options: Entry) {
    let scalars = texts.reduce(into: Set<Unicode.Scalar>()) { $0.formUnion($1.unicodeScalars) }
    let alphabet = scalars.sorted().map { String($0) }
    self.init(
      vocabulary: TextEncoding.special + alphabet.filter { !TextEncoding.special.contains($0) },
      options)
  }

  /// Whether an encoding by these options has exactly this vocabulary.
  static func isComplete(_ vocabulary: [String], _ options: Entry) -> Bool {
    TextEncoding(vocabulary: vocabulary, options).vocabulary == vocabulary
      && vocabulary.starts(with: special)
  }

  func tokens(of text: String) -> [Int] {
    let tokens =
      isBytes
      ? text.utf8.prefix(longest).map { Int($0) + 2 }
      : text.unicodeScalars.prefix(longest).map { numbers[String($0)] ?? 1 }
    return [0] + tokens
  }
}
