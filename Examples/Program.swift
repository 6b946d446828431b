import ArgumentParser
import Foundation

/// The `examples` program: lists the examples, or runs one of them.
@main
package struct Program: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "examples", abstract: "The methods of a course on deep learning, each in a file.",
    discussion: "Without a name it lists them. Each file is written to be read: start with "
      + "Examples/README.md.")

  @Argument(help: "The example to run.")
  var name: String?

  // Unconditional, so that a negative number is taken for what it is, not for an option's name.
  @Option(parsing: .unconditional, help: "Decides the data and the first parameters.")
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "Iterations after which it stops in any case; each example has its own default.")
  var maximum: Int?

  @Option(help: "The folder with the text that a language model learns from.")
  var data: String?

  @Option(help: "A file for a language model's loss curve, as SVG.")
  var figure: String?

  package init() {}

  package func validate() throws {
    if let name, Example.named(name) == nil, TextExample.named(name) == nil {
      let names = (Example.all.map(\.name) + TextExample.all.map(\.name)).joined(separator: ", ")
      throw ValidationError("there is no example '\(name)'; there are \(names)")
    }
    if let name, let example = TextExample.named(name), data == nil {
      throw ValidationError("\(name) learns from \(example.file): say where with --data <folder>")
    }
    if data != nil || figure != nil, name.flatMap(TextExample.named) == nil {
      let names = TextExample.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--data and --figure are for language models: \(names)")
    }
    if let maximum, maximum < 1 {
      throw ValidationError("--maximum is \(maximum); it must be at least 1")
    }
    if let figure { try Self.requireWritable(figure) }
  }

  // Asked before the training, which takes minutes.
  private static func requireWritable(_ path: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw ValidationError("--figure is the folder '\(path)'; it must be a file")
    }
    if !FileManager.default.isWritableFile(atPath: folder) {
      throw ValidationError("--figure is '\(path)', in a folder that cannot be written to")
    }
  }

  package func run() throws {
    if let name, let example = TextExample.named(name), let data {
      return try run(example, data)
    }
    guard let name, let example = Example.named(name) else { return print(Example.list) }
    print("\(example.name): \(example.summary)\n")
    print(try example.run(seed, maximum ?? example.maximum).report)
  }

  private func run(_ example: TextExample, _ data: String) throws {
    print("\(example.name): \(example.summary)\n")
    let lesson = try example.run(data: data, seed: seed, maximum: maximum ?? example.maximum) {
      print($0)
      fflush(nil)
    }
    print("\n" + lesson.outcome.report)
    if let figure {
      try lesson.curve.svg(title: example.name).write(
        toFile: figure, atomically: true, encoding: .utf8)
    }
  }
}
