import CommandLineTool
import Foundation
import Myelin
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

  @Test("the last run is the last that has a recipe")
  func findsLast() throws {
    try Self.inFolder { path in
      let recipe = try Recipe(
        RecipeFile(
          text: "name: a\ndata: {source: digits}\nmodel: lenet\noutput: {folder: '\(path)'}\n",
          name: "r.yaml"))
      let names = RunNames(recipe)
      let begun = try names.makeNext()
      #expect(names.last == nil)
      try "".write(toFile: begun.recipePath, atomically: true, encoding: .utf8)
      _ = try names.makeNext()
      #expect(names.last == begun)
    }
  }

  @Test("a test says how many examples it has left out")
  func saysSkipped() throws {
    let error = DatasetError(.damagedFile, file: "3.png", found: "a", expected: "b")
    let run = try PreparedRun(
      Recipe(RecipeFile(text: "data: {source: digits}\nmodel: {mlp: {}}\n", name: "r.yaml")))
    let evaluation = try run.evaluate(run.makeModel(), on: run.data.plainTraining)
    let report = EvaluationReport(evaluation, part: "test", classNames: [], skipped: [3: error])
    #expect(
      report.rendered(.plain, width: 80).hasSuffix(
        "left out: 1 example that could not be read, the first:\n"
          + "  3.png: damaged file: found a, expected b"))
    #expect(report.json.rendered().contains("\"skipped\":1"))
    let whole = EvaluationReport(evaluation, part: "test", classNames: [], skipped: [:])
    #expect(whole.json.rendered().contains("\"skipped\":0"))
    #expect(!whole.rendered(.plain, width: 80).contains("left out"))
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
