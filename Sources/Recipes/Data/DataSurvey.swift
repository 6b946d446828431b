import Datasets
import Foundation
import Interchange

/// What a data set is, by a look at its files, and a recipe to begin with.
package struct DataSurvey: Sendable, Hashable {
  /// What was found, in words.
  package let finding: String
  /// A recipe with comments.
  package let recipe: String

  /// Looks at a file or a folder.
  ///
  /// - Parameter output: The file that the recipe will be in, which its comment names.
  /// - Throws: `RecipeError` when it is nothing that a recipe can read, `DatasetError` when it looks
  ///   like something and cannot be read.
  package init(_ path: String, writtenTo output: String? = nil) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RecipeError(file: path, Place(), "there is no such file or folder")
    }
    let name = path.split(separator: "/").last.map(String.init) ?? "data"
    let found =
      try isFolder.boolValue ? DataSurvey.folder(path) : DataSurvey.file(path)
    guard let found else {
      throw RecipeError(
        file: path, Place(),
        "is nothing that a recipe reads: four IDX files, CIFAR's binary files, folders of PNG or JPEG "
          + "files, WAV files, a CSV or TSV file, or a text")
    }
    finding = found.finding
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    recipe = found.text(name: stem, file: Name.shown(output ?? "\(stem).yaml"))
  }

  /// The parts of a recipe that depend on the data.
  struct Found {
    var finding: String
    var source: String
    var split: String
    var transforms = ""
    var augmentation = ""
    var model: String
    var rest = ""
    var batch = 64

    func text(name: String, file: String) -> String {
      """
      # A starting recipe; found: \(finding).
      #   myelin check \(file)    what is wrong before training
      #   myelin train \(file)    train, test, record
      # All keys: myelin recipe keys
      name: \(YAMLText.key(name))
      data:
        source:
          \(source)
        # Examples to choose by, and for the last word: not learned from.
        split: \(split)
      \(transforms)\(augmentation)model:
        \(model)
      \(rest)optimizer:
        adamw: {learning_rate: 0.001, weight_decay: 0.01}
      # The learning rate rises over a twentieth of the run and falls to 0 at its end.
      schedule:
        cosine: {warmup: 0.05}
      training:
        epochs: 10
        batch_size: \(batch)
        seed: 1
        # Ends the run when validation is no better for some epochs.
        # early_stopping: {patience: 5}

      """
    }
  }

  static func quoted(_ text: String) -> String { YAMLText.quoted(text) }

  private static func folder(_ path: String) throws -> Found? {
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    func has(_ name: String) -> Bool { names.contains(name) || names.contains(name + ".gz") }
    if has("train-images-idx3-ubyte") && has("train-labels-idx1-ubyte") {
      let mnist = try MNIST.load(from: path)
      return Found(
        finding:
          "\(mnist.training.count) training and \(mnist.test.count) test pictures in IDX files",
        source: "idx: \(quoted(path))", split: "{validation: 0.1}",
        augmentation: "  augmentation:\n    - random_crop: {size: 28, padding: 2}\n",
        model: "lenet", rest: "metrics: [accuracy]\n")
    }
    if names.contains("data_batch_1.bin")
      || names.contains("train.bin") && names.contains("test.bin")
    {
      let classes = names.contains("train.bin") ? ", classes: 100" : ""
      return Found(
        finding: "CIFAR in its binary files",
        source: "cifar: {folder: \(quoted(path))\(classes)}", split: "{validation: 0.1}",
        transforms: "  transforms: [standardize]\n",
        augmentation:
          "  augmentation:\n    - random_crop: {size: 32, padding: 4}\n    - horizontal_flip\n",
        model: "resnet20", rest: "metrics: [accuracy]\n")
    }
    let wav = names.filter { $0.lowercased().hasSuffix(".wav") && !$0.hasPrefix(".") }
    if let first = wav.first { return sounds(path, wav.count, first) }
    return try pictures(path)
  }

  private static func sounds(_ path: String, _ count: Int, _ first: String) -> Found {
    let parts = first.dropLast(4).split(separator: "_").count
    let pattern =
      (["{label}"] + (1..<max(1, parts)).map { "{part\($0)}" }).joined(separator: "_")
      + String(first.suffix(4))
    let rate = (try? Waveform(contentsOf: "\(path)/\(first)"))?.sampleRate ?? 16_000
    return Found(
      finding: "\(count) WAV files, the first at \(rate) samples a second",
      source: """
        wav:
              folder: \(quoted(path))
              # What the parts of a name are; {label} is what is learned.
              pattern: '\(pattern)'
              sample_rate: \(rate)
        """,
      split: "{validation: 0.1, test: 0.1}",
      transforms: """
          transforms:
            - fixed_length: \(rate)
            - log_mel: {frequencies: 40, window: \(max(64, rate / 32)), hop: \(max(32, rate / 64))}
            - standardize

        """, model: "audio-cnn: {dropout: 0.2}", rest: "metrics: [accuracy]\n", batch: 32)
  }

  private static func pictures(_ path: String) throws -> Found? {
    guard let folder = try? ImageFolder(path), folder.count > 0 else { return nil }
    let example = try folder.example(at: 0).value
    return Found(
      finding: "\(folder.count) pictures of \(folder.classCount) classes, the first of "
        + "\(example.height)×\(example.width)",
      source:
        "images: {folder: \(quoted(path)), channels: \(example.channels == 1 ? "grey" : "rgb")}",
      split: "{validation: 0.1, test: 0.1}",
      transforms: """
          transforms:
            # All pictures must come to one size.
            - resize: [32, 32]
            - standardize

        """,
      augmentation: "  augmentation: [horizontal_flip]\n", model: "resnet20",
      rest: "metrics: [accuracy]\n", batch: 32)
  }

  private static func file(_ path: String) throws -> Found? {
    let name = path.lowercased()
    if [".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz"].contains(where: { name.hasSuffix($0) }) {
      return try table(path)
    }
    guard name.hasSuffix(".txt") || name.hasSuffix(".md") else { return nil }
    let bytes = try readFile(path)
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    return Found(
      finding: "a text of \(bytes.count) bytes",
      source: "text: {file: \(quoted(path)), context: 64}",
      split: "{validation: 0.1, by: time}", model: "gpt: {width: 128, layers: 4, heads: 4}",
      rest: "metrics: [perplexity]\n", batch: 24)
  }
}
