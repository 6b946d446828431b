import Datasets
import Glibc
import Tensors
import Text
import Training

/// The model of a run, used on files: pictures, sounds, tables.
///
///     let predictor = try Predictor(RunFolder("runs/mnist"))
///     for prediction in try predictor.predict("three.png") { print(prediction.className ?? "") }
///
/// Files go through the recipe's transforms, with what was fitted in training.
package struct Predictor: Sendable {
  /// What the model makes of one example.
  package struct Prediction: Sendable, Hashable {
    /// The file, with a row or place where it has several.
    package let source: String
    /// The most probable class; nil where numbers are predicted.
    package let label: Int?
    package let className: String?
    /// The probabilities of the classes, or the predicted numbers.
    package let values: [Double]
  }

  package let facts: DataFacts
  private let recipe: Recipe
  private let model: RecipeModel
  private let chain: ChangeChain

  /// - Throws: `RecipeError`, `LoadError` and `InterchangeError` when something of the run is missing
  ///   or damaged.
  package init(_ folder: RunFolder, checkpoint: CheckpointSlot? = nil) throws {
    let files = RunFiles(folder)
    recipe = try files.recipe()
    facts = try files.facts()
    model = try files.model(checkpoint ?? files.bestSlot)
    let source = recipe.data.value("source")
    var chain = try ChangeChain(
      recipe.data.list("transforms"), sampleRate: source["sample_rate"]?.integer,
      file: recipe.file.name)
    try chain.take(facts.fitted, file: recipe.file.name)
    self.chain = chain
  }

  /// The predictions for a file.
  ///
  /// - Throws: `DatasetError` when it cannot be read or does not fit the model, `RecipeError` where
  ///   the model is of another kind.
  package func predict(_ path: String) throws -> [Prediction] {
    let source = recipe.data.value("source")
    switch source.name {
    case "csv": return try table(path, source)
    case "wav":
      var sound = try Waveform(contentsOf: path).mono
      if let rate = source["sample_rate"]?.integer { sound = sound.resampled(to: rate) }
      var random = RandomScalars(seed: 0)
      return try predictions(of: [try chain(sound, using: &random)], [path])
    case "text":
      throw RecipeError(
        file: path, Place(), "the model writes text; give it a beginning with --text")
    default:
      let images =
        path.hasSuffix(".png") || path.hasSuffix(".jpg") || path.hasSuffix(".jpeg")
        ? [
          try Image(
            contentsOf: path, SourceKind.decoding(facts.inputLengths.first == 1 ? "grey" : "rgb"))
        ]
        : try pictures(IDXArray(contentsOf: path), path)
      var random = RandomScalars(seed: 0)
      var examples: [Tensor] = []
      for image in images { examples.append(try chain(image, using: &random)) }
      let names = images.count == 1 ? [path] : images.indices.map { "\(path)[\($0)]" }
      return try predictions(of: examples, names)
    }
  }

  /// The pictures of an IDX file of bytes [N, height, width].
  private func pictures(_ array: IDXArray, _ path: String) throws -> [Image] {
    try array.require(.uint8, rank: 3, file: path)
    let (height, width) = (array.shape[1], array.shape[2])
    return (0..<array.shape[0]).map { place in
      let start = place * height * width
      return Image(
        height: height, width: width, channels: 1,
        pixels: Array(array.bytes[start..<start + height * width]))
    }
  }

  private func table(_ path: String, _ source: Entry) throws -> [Prediction] {
    let format = TableFormat(delimiter: SourceKind.delimiter(source))
    let table = try Table(contentsOf: path, format)
    let rows = try TableEncoding(columns: facts.columns).rows(of: table)
    var random = RandomScalars(seed: 0)
    var examples: [Tensor] = []
    for row in 0..<table.rowCount { examples.append(try chain(rows[row], using: &random)) }
    return try predictions(of: examples, (0..<table.rowCount).map { "\(path)[\($0)]" })
  }

  /// The model's answers, some examples at a time.
  private func predictions(of examples: [Tensor], _ names: [String]) throws -> [Prediction] {
    var all: [Prediction] = []
    for start in stride(from: 0, to: examples.count, by: 256) {
      let part = examples[start..<min(start + 256, examples.count)]
      for (example, name) in zip(part, names[start...])
      where example.shape.lengths != facts.inputLengths {
        throw DatasetError(
          .wrongShape, file: name, found: Features(Array(example.shape.lengths)).words,
          expected: Features(facts.inputLengths).words + ", as the model was trained on")
      }
      let outputs = withoutGradient { model(stack(Array(part))) }
      let isClass = facts.targetKind == "classes"
      let width = facts.outputs
      let numbers = (isClass ? softmax(outputs, along: -1) : outputs)
        .to(.float64).scalars(as: Double.self)
      for index in part.indices {
        let place = index - start
        let values = Array(numbers[place * width..<(place + 1) * width])
        let label = isClass ? values.indices.max { values[$0] < values[$1] } : nil
        let name = label.map { $0 < facts.classNames.count ? facts.classNames[$0] : "\($0)" }
        all.append(
          Prediction(source: names[index], label: label, className: name, values: values))
      }
    }
    return all
  }

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
