import Datasets
import Glibc
import Tensors

// What is done with texts: those that have a class, and those that go on.

extension Predictor {
  /// The texts of a table's column, or of another file the lines.
  func texts(_ path: String, _ source: Entry) throws -> [Prediction] {
    let name = path.lowercased()
    let texts: [String]
    if [".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz"].contains(where: { name.hasSuffix($0) }) {
      let format = TableFormat(delimiter: SourceKind.delimiter(source))
      let column = try Table(contentsOf: path, format).column(source.name("text"))
      texts = column.words.map { $0 ?? "" }
    } else {
      guard let text = String(validating: try readFile(path), as: UTF8.self) else {
        throw DatasetError(
          .invalidUTF8, file: path, found: "bytes that are no UTF-8", expected: "a text")
      }
      texts = text.split(whereSeparator: \.isNewline).map(String.init)
    }
    return try predictions(of: texts, texts.indices.map { "\(path)[\($0)]" })
  }

  private func predictions(of texts: [String], _ names: [String]) throws -> [Prediction] {
    let encoding = TextEncoding(vocabulary: facts.vocabulary, recipe.data.value("source"))
    return try predictions(
      of: texts.map { Tensor(encoding.tokens(of: $0).map { Int64($0) }) }, names)
  }

  /// The class of a text.
  ///
  /// - Throws: `RecipeError` where the model is of something else.
  package func predict(text: String) throws -> Prediction {
    guard recipe.data.value("source").name == "texts" else {
      throw RecipeError(file: recipe.file.name, Place(), "the model is not of texts")
    }
    return try predictions(of: [text], [text])[0]
  }

  /// Whether the model goes on with texts, as `continuation` does.
  package var writesText: Bool { facts.targetKind == "tokens" }

  /// How a language model goes on with a text.
  ///
  /// - Throws: `RecipeError` where the model is none, or a character of the text is unknown to it.
  package func continuation(
    of text: String, length: Int, temperature: Double, seed: UInt64
  ) throws(RecipeError) -> String {
    guard facts.targetKind == "tokens" else {
      throw RecipeError(file: recipe.file.name, Place(), "the model writes no text")
    }
    let isBytes = facts.vocabulary.isEmpty
    let numbers = Dictionary(
      facts.vocabulary.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var tokens: [Int] = []
    for scalar in text.unicodeScalars {
      if isBytes {
        tokens += String(scalar).utf8.map(Int.init)
      } else if let number = numbers[String(scalar)] {
        tokens.append(number)
      } else {
        throw RecipeError(file: recipe.file.name, Place(), "the model has never seen '\(scalar)'")
      }
    }
    if tokens.isEmpty { tokens = [numbers["\n"] ?? (isBytes ? 10 : 0)] }
    let start = tokens.count
    var random = RandomScalars(seed: seed)
    let context = facts.inputLengths.first ?? 1
    for _ in 0..<length {
      let window = tokens.suffix(context).map { Int64($0) }
      let logits = withoutGradient {
        model(Tensor(Array(window), shape: [1, window.count]))[0, window.count - 1]
      }
      tokens.append(draw(logits.to(.float64).scalars(as: Double.self), temperature, &random))
    }
    let added = tokens[start...]
    return isBytes
      ? String(decoding: added.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
      : added.map { facts.vocabulary[$0] }.joined()
  }

  /// A token with the probability that the softmax of logits / temperature gives it; at 0 the first.
  private func draw(
    _ logits: [Double], _ temperature: Double, _ random: inout RandomScalars
  ) -> Int {
    let greatest = logits.indices.max { logits[$0] < logits[$1] } ?? 0
    guard temperature > 0 else { return greatest }
    let weights = logits.map { Glibc.exp(($0 - logits[greatest]) / temperature) }
    var point = random.uniform() * weights.reduce(0, +)
    for (token, weight) in weights.enumerated() {
      point -= weight
      if point < 0 { return token }
    }
    return greatest
  }
}
