import CommandLineTool
import Foundation
import Recipes
import Testing

/// Commands on the folders of runs.
@Suite(.serialized) struct RunCommandTests {
  static func inFolder(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "commands-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static func run(_ words: [String]) throws {
    var command = try Program.parseAsRoot(words)
    try command.run()
  }

  @Test("trainings that begin at once get a folder each")
  func namesApart() throws {
    try Self.inFolder { path in
      let recipe = try Recipe(
        RecipeFile(
          text: "name: a b\ndata: {source: digits}\nmodel: lenet\n"
            + "output: {folder: '\(path)/runs'}\n",
          name: "r.yaml"))
      nonisolated(unsafe) var taken = [String](repeating: "", count: 24)
      taken.withUnsafeMutableBufferPointer { taken in
        nonisolated(unsafe) let taken = taken
        DispatchQueue.concurrentPerform(iterations: 24) { number in
          taken[number] = (try? RunNames(recipe).makeNext())?.path ?? ""
        }
      }
      let expected = (1...24).map { "\(path)/runs/a-b" + ($0 == 1 ? "" : "-\($0)") }
      #expect(Set(taken) == Set(expected))
    }
  }

  @Test("runs with a sound log are listed beside a damaged one, which is named")
  func listsOthers() throws {
    try Self.inFolder { path in
      for (name, log) in [
        ("a", "{\"epoch\":1,\"event\":\"start\",\"seconds\":0,\"step\":0}\n"), ("b", "nonsense\n"),
      ] {
        try FileManager.default.createDirectory(
          atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        try log.write(toFile: "\(path)/\(name)/log.jsonl", atomically: true, encoding: .utf8)
      }
      let error = #expect(throws: CommandError.self) {
        try Self.run(["runs", "--folder", path, "--json"])
      }
      #expect(error?.description.hasPrefix("\(path)/b/log.jsonl:1") == true)
    }
  }

  @Test("a recipe that cannot be trained leaves no folder")
  func leavesNothing() throws {
    try Self.inFolder { path in
      let recipe = path + "/r.yaml"
      try """
      data: {source: digits}
      model: {mlp: {}}
      schedule: {plateau: {metric: f1}}
      output: {folder: '\(path)/runs'}
      """.write(toFile: recipe, atomically: true, encoding: .utf8)
      #expect(throws: RecipeError.self) { try Self.run(["train", recipe, "--quiet"]) }
      #expect(!FileManager.default.fileExists(atPath: path + "/runs"))
    }
  }
}
