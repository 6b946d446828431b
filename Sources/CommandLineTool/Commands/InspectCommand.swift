import ArgumentParser
import Arrays
import Foundation
import Myelin
import Recipes

/// `myelin inspect`: what is in a file of tensors, or in a run.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is in a checkpoint or a safetensors file.",
    discussion: "Only the header is read, whatever the size of the file; of a checkpoint all, to "
      + "compare its checksum.")

  @Argument(help: "A safetensors file, a checkpoint, or a run's folder.", completion: .file())
  var path: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let files = RunFiles(RunFolder(path))
    let file =
      isFolder.boolValue
      ? try CheckpointFile.open(files.folder.checkpointPath(files.bestSlot))
      : try InspectCommand.opened(path)
    let terminal = Terminal.standardOutput
    if json {
      try terminal.writeLine(summary(file).rendered())
    } else {
      try terminal.writeLine(table(file, terminal.style, width: terminal.width))
    }
  }

  /// A file of tensors, its checksum compared where it has one.
  private static func opened(_ path: String) throws -> SafeTensors {
    let file = try SafeTensors(contentsOf: path)
    return file.metadata["checksum"] == nil ? file : try CheckpointFile.open(path)
  }

  private func table(_ file: SafeTensors, _ style: TextStyle, width: Int) -> String {
    let entries = file.entries.sorted { $0.name < $1.name }
    let room = max(16, width - 40)
    let names = entries.map { shortened($0.name, to: room) }
    let column = min(room, max(6, names.map(\.count).max() ?? 0))
    func row(_ name: String, _ type: String, _ shape: String, _ count: String) -> String {
      name.padding(toLength: column, withPad: " ", startingAt: 0) + "  "
        + type.padding(toLength: 5, withPad: " ", startingAt: 0)
        + shape.padding(toLength: 20, withPad: " ", startingAt: 0) + padded(count, 12)
    }
    var lines = [style.bold(row("tensor", "type", "shape", "numbers"))]
    for (entry, name) in zip(entries, names) {
      lines.append(
        row(
          name, entry.elementType.rawValue, shortened("\(entry.shape)", to: 19),
          Words.grouped(entry.shape.elementCount)))
    }
    let numbers = entries.reduce(0) { $0 + $1.shape.elementCount }
    let bytes = entries.reduce(0) { $0 + $1.bytes.count }
    lines.append(
      "\n\(Words.grouped(entries.count)) tensors, \(Words.grouped(numbers)) numbers, \(Figure.bytes(bytes))"
    )
    for (key, text) in file.metadata.sorted(by: { $0.key < $1.key }) {
      lines.append(style.dim("\(key): ") + shortened(text, to: max(10, width - key.count - 2)))
    }
    return lines.joined(separator: "\n")
  }

  private func summary(_ file: SafeTensors) -> JSONValue {
    [
      "file": .text(file.file),
      "tensors": .list(
        file.entries.map { entry in
          [
            "name": .text(entry.name), "type": .text(entry.elementType.rawValue),
            "shape": .list(entry.shape.map { .integer($0) }),
          ]
        }),
      "metadata": .object(file.metadata.mapValues { .text($0) }),
    ]
  }
}
