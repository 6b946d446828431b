import Foundation
import Myelin
import Testing
import TrainingProbe

/// A run that stops and goes on ends in the same bits, the same position and the same log as one that
/// does not.
@Suite struct ResumeTests {
  /// The whole run, in a folder.
  private func outcome(
    _ training: ProbeTraining, _ folder: String, _ stops: (RunFolder) throws -> Void = { _ in }
  ) throws -> RunOutcome {
    let folder = RunFolder(folder)
    try stops(folder)
    _ = try run(training, folder)
    return try RunOutcome(of: folder)
  }

  @discardableResult
  private func run(
    _ training: ProbeTraining, _ folder: RunFolder, callbacks: [any TrainingCallback] = [],
    isInterrupted: @escaping () -> Bool = { false }
  ) throws -> TrainingEnding {
    var trainer = training.makeTrainer()
    return try trainer.run(
      on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder, resuming: true,
      callbacks: callbacks, isInterrupted: isInterrupted)
  }

  @Test(arguments: ProbeTraining.allCases)
  func aCrashAfterAnyStepChangesNothing(_ training: ProbeTraining) throws {
    try withTemporaryFolder { folder in
      let whole = try outcome(training, folder + "/whole")
      // Before the first checkpoint, at one, behind one, at the end of an epoch and behind it.
      for step in [1, 3, 4, 5, 6, 10, 17, 26] {
        let resumed = try outcome(training, "\(folder)/\(step)") { folder in
          #expect(throws: Crash.Error.self) {
            try run(training, folder, callbacks: [Crash(step: step)])
          }
        }
        whole.expectSame(resumed, "\(training), step \(step)")
      }
    }
  }

  @Test(arguments: ProbeTraining.allCases)
  func anInterruptionAfterEveryStepChangesNothing(_ training: ProbeTraining) throws {
    try withTemporaryFolder { folder in
      let whole = try outcome(training, folder + "/whole")
      var count = 0
      let resumed = try outcome(training, folder + "/parts") { folder in
        while true {
          let ending = try run(training, folder, isInterrupted: { true })
          if !ending.canGoOn { break }
          count += 1
          #expect(ending.reason == .interrupted)
          #expect(ending.description.contains("resuming"))
        }
      }
      #expect(count >= 25)
      // These have lines about the checkpoints that interruptions made.
      let kinds: Set<RunEvent.Kind> = [.training, .validation]
      #expect(
        whole.events.filter { kinds.contains($0.event) }
          == resumed.events.filter { kinds.contains($0.event) })
      #expect(whole.tensors == resumed.tensors && whole.position == resumed.position)
    }
  }

  @Test func aFinishedRunHasNothingLeftToDo() throws {
    try withTemporaryFolder { folder in
      let first = try outcome(.plain, folder)
      #expect(try outcome(.plain, folder) == first)
      let folder = RunFolder(folder)
      let ending = try run(.plain, folder)
      #expect(ending.reason == .finished && ending.progress.step == 54)
      #expect(try names(in: folder.path) == ["checkpoints", "lock", "log.jsonl", "run.json"])
      #expect(
        try names(in: folder.checkpointsPath)
          == ["best.safetensors", "last.safetensors", "previous.safetensors"])
    }
  }

  @Test func whatAKilledProcessLeavesIsNoHindrance() throws {
    try withTemporaryFolder { path in
      let whole = try outcome(.summed, path + "/whole")
      // Between two names: the new file has none yet, and the old one has become the one before.
      let resumed = try outcome(.summed, path + "/parts") { folder in
        #expect(throws: Crash.Error.self) {
          try run(.summed, folder, callbacks: [Crash(step: 11)])
        }
        try FileManager.default.moveItem(
          atPath: folder.checkpointPath(.last), toPath: folder.checkpointsPath + "/.a.partial")
        try Data("half".utf8).write(to: URL(filePath: folder.path + "/.b.partial"))
        let log = try #require(FileHandle(forWritingAtPath: folder.logPath))
        try log.seekToEnd()
        try log.write(contentsOf: Data("{\"event\":\"trai".utf8))
        #expect(try folder.events().isEmpty == false)
      }
      whole.expectSame(resumed)
      #expect(try !names(in: path + "/parts").contains(".b.partial"))
      #expect(
        try names(in: path + "/parts/checkpoints")
          == ["best.safetensors", "last.safetensors", "previous.safetensors"])
    }
  }
}
