import Datasets
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
  let recipe: Recipe
  let model: RecipeModel
  private let chain: ChangeChain

  /// - Throws: `RecipeError` and `TrainingError` when something of the run is missing or damaged.
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
      let sound = try Waveform(
        contentsOf: path, sampleRate: source["sample_rate"]?.integer, isMono: true)
      var random = RandomScalars(seed: 0)
      return try predictions(of: [try chain(sound, using: &random)], [path])
    case "texts": return try texts(path, source)
    case "text":
      throw RecipeError(
        file: path, Place(), "the model writes text; give it a beginning with --text")
    default:
      let images = try pictures(path)
      var random = RandomScalars(seed: 0)
      var examples: [Tensor] = []
      for image in images { examples.append(try chain(image, using: &random)) }
      let names = images.count == 1 ? [path] : images.indices.map { "\(path)[\($0)]" }
      return try predictions(of: examples, names)
    }
  }

  /// The pictures of a file, whose first bytes say what it is.
  private func pictures(_ path: String) throws(DatasetError) -> [Image] {
    let bytes = try readFile(path)
    switch Array(bytes.prefix(2)) {
    case [0x89, 0x50], [0xFF, 0xD8]:
      let decoding = SourceKind.decoding(facts.inputLengths.first == 1 ? "grey" : "rgb")
      return [try Image(fileBytes: bytes, name: path, decoding)]
    case [0, 0], [0x1F, 0x8B]:
      return try pictures(IDXArray(fileBytes: bytes, name: path), path)
    default:
      let start = bytes.prefix(4).map { "0x" + String($0, radix: 16, uppercase: true) }
      throw DatasetError(
        .unknownFormat, file: path, offset: 0,
        found: start.isEmpty ? "nothing" : start.joined(separator: " "),
        expected: "the first bytes of a PNG, JPEG or IDX file")
    }
  }

  /// The pictures of an IDX file of bytes [N, height, width].
  private func pictures(_ array: IDXArray, _ path: String) throws(DatasetError) -> [Image] {
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

  /// The model's answers, some examples at a time; those of different lengths one by one.
  func predictions(of examples: [Tensor], _ names: [String]) throws -> [Prediction] {
    var all: [Prediction] = []
    let size = facts.features.varies ? 1 : 256
    for start in stride(from: 0, to: examples.count, by: size) {
      let part = examples[start..<min(start + size, examples.count)]
      for (example, name) in zip(part, names[start...]) {
        if !facts.features.fits(Array(example.shape.lengths)) || example.count == 0 {
          throw DatasetError(
            .wrongShape, file: name, found: Features(Array(example.shape.lengths)).words,
            expected: facts.features.words + ", as the model was trained on")
        }
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
        let name = label.map(facts.className)
        all.append(
          Prediction(source: names[index], label: label, className: name, values: values))
      }
    }
    return all
  }
}
