import ArgumentParser
import Myelin
import Recipes

/// `myelin predict`: files in, predictions out.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Predict what is in files, or go on with a text.",
    usage: "myelin predict <run> [<files> ...] [<options>]",
    discussion:
      "Prints CSV: the file, the most probable class and the probabilities of all, or the "
      + "predicted numbers.")

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Argument(
    help: "Pictures (PNG, JPEG, IDX), sounds (WAV) or tables (CSV), as the model was trained on.",
    completion: .file())
  var files: [String] = []

  @OptionGroup var checkpoint: CheckpointOption

  @Option(help: "For a language model: what it goes on with. For a model of texts: what it judges.")
  var text: String?

  @Option(parsing: .unconditional, help: "Tokens that it writes.")
  var length = 200

  @Option(
    parsing: .unconditional,
    help: "How daring it is: 0 always writes the most probable token, 1 draws as it learned.")
  var temperature = 0.8

  @Option(parsing: .unconditional, help: "Decides what is drawn.")
  var seed: UInt64 = 1

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    guard !files.isEmpty || text != nil else {
      throw ValidationError("Missing expected argument '<files> ...', or '--text <text>'")
    }
    guard files.isEmpty || text == nil else {
      throw ValidationError("--text does not go with files: they are predicted by themselves")
    }
    guard (0...1_000_000).contains(length) else {
      throw ValidationError("--length is \(length); it must be 0 … 1000000")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature is \(temperature); it must not be negative")
    }
  }

  func run() throws {
    let files = RunFiles(RunFolder(folder))
    let predictor = try Predictor(files.folder, checkpoint: checkpoint.slot(of: files))
    let terminal = Terminal.standardOutput
    if let text, predictor.writesText {
      let added = try predictor.continuation(
        of: text, length: length, temperature: temperature, seed: seed)
      let line = json ? JSONValue.object(["text": .text(text + added)]).rendered() : text + added
      try terminal.writeLine(line)
      return
    }
    let judged = try text.map { try predictor.predict(text: $0) }
    let facts = predictor.facts
    let isClass = facts.targetKind == "classes"
    if !json {
      let names =
        isClass ? facts.classNames : (0..<facts.outputs).map { "value\($0 == 0 ? "" : "\($0)")" }
      try terminal.writeLine(
        (["file"] + (isClass ? ["class"] : []) + names).map(CSVField.quoted).joined(separator: ","))
    }
    func write(_ prediction: Predictor.Prediction) throws {
      try terminal.writeLine(json ? object(prediction, facts).rendered() : row(prediction))
    }
    if let judged { try write(judged) }
    for path in self.files { try predictor.predict(path).forEach(write) }
  }

  private func row(_ prediction: Predictor.Prediction) -> String {
    let values = prediction.values.map {
      prediction.label == nil ? "\(Float($0))" : fixed($0, 6)
    }
    return ([prediction.source] + (prediction.className.map { [$0] } ?? []) + values)
      .map(CSVField.quoted).joined(separator: ",")
  }

  private func object(_ prediction: Predictor.Prediction, _ facts: DataFacts) -> JSONValue {
    var members: [String: JSONValue] = ["file": .text(prediction.source)]
    if let name = prediction.className {
      members["class"] = .text(name)
      var probabilities: [String: JSONValue] = [:]
      for (index, value) in prediction.values.enumerated() {
        probabilities[facts.className(index)] = .number(value)
      }
      members["probabilities"] = .object(probabilities)
    } else {
      members["values"] = .list(prediction.values.map { .number($0) })
    }
    return .object(members)
  }
}

/// A field of a CSV file (RFC 4180).
enum CSVField {
  /// In quotes where it has to be.
  static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
