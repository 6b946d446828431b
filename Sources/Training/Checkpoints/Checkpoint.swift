import Foundation
import Interchange
import Tensors

extension TensorTree {
  /// Saves all that a training written by hand needs to go on in the same bits: tensors, numbers and
  /// random sources of the tree, and where it stands in its data, in one file with a checksum, which
  /// is written whole or not at all. A `Trainer` writes the same form.
  ///
  ///     try state.saveCheckpoint(at: Position(epoch: 3, batch: 17), to: "last.safetensors")
  ///
  /// - Parameters:
  ///   - position: Whatever says how to go on.
  ///   - path: The file.
  /// - Throws: `TrainingError` when it cannot be written; a file that was there is then untouched.
  public func saveCheckpoint<Position: Encodable>(
    at position: Position, to path: String
  ) throws(TrainingError) {
    let file = try CheckpointFile.begin(
      stateDictionary, CheckpointFile.texts(position, self, path), at: path)
    try CheckpointFile.finish(file, path)
  }

  /// Goes back to where `saveCheckpoint(at:to:)` was called; gives the position.
  ///
  /// - Throws: `TrainingError` when the file cannot be read, is damaged or of another tree, which then
  ///   stays as it was.
  public mutating func loadCheckpoint<Position: Decodable>(
    _ position: Position.Type = Position.self, from path: String
  ) throws(TrainingError) -> Position {
    let file = try CheckpointFile.open(path)
    let position: Position = try CheckpointFile.value("position", of: file)
    try restore(file)
    return position
  }

  /// Takes tensors, numbers and random sources of a checkpoint, all of them or nothing; `renaming`
  /// leaves out what belongs to others.
  mutating func restore(
    _ file: SafeTensors, renaming: (String) -> String? = { $0 }
  ) throws(TrainingError) {
    let numbers: SavedNumbers = try CheckpointFile.value("numbers", of: file)
    var loaded = self
    let report: StateReport
    do throws(LoadError) {
      report = try loaded.load(file, renaming: renaming)
    } catch {
      throw TrainingError(
        .otherTraining, file.file, found: "\(error)", expected: "the state of this training")
    }
    guard report.keptRandomStates.isEmpty else {
      throw TrainingError(
        .otherTraining, file.file, found: "no \(report.keptRandomStates.joined(separator: ", "))",
        expected: "all random streams")
    }
    guard numbers.restore(in: &loaded) else {
      throw TrainingError(
        .otherTraining, file.file, found: "other numbers", expected: "those of this training")
    }
    self = loaded
  }
}

extension CheckpointFile {
  /// What the metadata of a checkpoint say.
  static func texts<Position: Encodable, Tree: TensorTree>(
    _ position: Position, _ tree: Tree, _ path: String
  ) throws(TrainingError) -> [String: String] {
    do {
      let encoder = JSONEncoder.forRecords
      return [
        "format": format,
        "position": String(decoding: try encoder.encode(position), as: UTF8.self),
        "numbers": String(decoding: try encoder.encode(SavedNumbers(of: tree)), as: UTF8.self),
      ]
    } catch {
      throw TrainingError(.malformed, path, found: "\(error)", expected: "a position in JSON")
    }
  }

  /// What the metadata say under a key.
  static func value<Value: Decodable>(
    _ key: String, of file: SafeTensors
  ) throws(TrainingError) -> Value {
    guard file.metadata["format"] == format else {
      throw TrainingError(
        .otherTraining, file.file, found: "format \(file.metadata["format"] ?? "unknown")",
        expected: "format \(format)")
    }
    do {
      return try JSONDecoder.forRecords.decode(
        Value.self, from: Data((file.metadata[key] ?? "").utf8))
    } catch {
      throw TrainingError(
        .otherTraining, file.file, found: "\(key): \(error)", expected: "what this version writes")
    }
  }

  /// Gives a file that was written aside its name.
  static func finish(_ file: consuming NewFile, _ path: String) throws(TrainingError) {
    do throws(InterchangeError) {
      try file.finish()
    } catch {
      throw TrainingError(.unwritable, path, found: error.found, expected: error.expected)
    }
  }
}
