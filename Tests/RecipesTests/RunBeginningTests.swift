import Foundation
import Glibc
import Myelin
import Recipes
import Testing

/// How a run begins in its folder, and what can be said before.
@Suite(.serialized) struct RunBeginningTests {
  static let text = """
    data: {source: digits}
    model: {mlp: {hidden: [4]}}
    training: {epochs: 1, batch_size: 100}
    """

  @Test("nothing is written into a folder in which another training has begun")
  func locksFirst() throws {
    try RecipeFolder.with { folder in
      let run = RunFolder(folder.path + "/run")
      try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
      let lock = open(run.path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
      let prepared = try PreparedRun(.reading(Self.text))
      let error = #expect(throws: TrainingError.self) { try prepared.train(in: run) }
      #expect(error?.reason == .folderInUse)
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: run.path))
      #expect(names.isSubset(of: ["lock", "checkpoints"]))
      close(lock)
      _ = try prepared.train(in: run)
      #expect(FileManager.default.fileExists(atPath: run.recipePath))
    }
  }

  @Test("a moved data set changes nothing for a run that goes on")
  func resumesElsewhere() throws {
    try RecipeFolder.with { folder in
      let csv = try folder.write("t.csv", EvaluationTests.table(center: 3))
      let prepared = try PreparedRun(EvaluationTests.recipe(csv))
      let whole = try prepared.train(in: RunFolder(folder.path + "/whole"))
      let run = RunFolder(folder.path + "/run")
      var steps = 0
      _ = try prepared.train(
        in: run,
        isInterrupted: {
          steps += 1
          return steps == 7
        })
      try FileManager.default.moveItem(atPath: csv, toPath: folder.path + "/moved.csv")
      var file = try RunFiles(run).recipe().file
      try file.setDataPath(folder.path + "/moved.csv")
      let rest = try PreparedRun(Recipe(file), using: RunFiles(run).facts())
        .train(in: run, resuming: true)
      let states = [whole.model, rest.model].map { model in
        model.namedTensors.map { $0.tensor.scalars(as: Float.self) }
      }
      #expect(states[0] == states[1] && rest.ending.reason == .finished)
    }
  }

  @Test("a check says how long an epoch takes")
  func timesEpochs() throws {
    let check = try PreparedRun(.reading(Self.text)).check(batches: 1, overfits: false)
    let step = try #require(check.cost?.secondsPerStep)
    let seconds = try #require(check.secondsPerEpoch)
    #expect(Swift.abs(seconds / step - 17.97) < 0.01)
    #expect("\(check)".contains("an epoch takes about"))
  }
}
