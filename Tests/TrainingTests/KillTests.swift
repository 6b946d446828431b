import Foundation
import Glibc
import Myelin
import Testing
import TrainingProbe

/// Processes that are killed, or whose files may not grow.
@Suite(.serialized) struct KillTests {
  private static let program: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/TrainingProbe"
  }()

  /// What a process has written and how it ended; killed after `delay` seconds, if that is given.
  private func run(
    _ arguments: [String], killedAfter delay: Double? = nil
  ) throws -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(filePath: Self.program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    if let delay {
      usleep(useconds_t(delay * 1e6))
      kill(process.processIdentifier, SIGKILL)
    }
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), process.terminationStatus)
  }

  /// Fifty kills unless MYELIN_KILLS says otherwise.
  private static let killCount =
    ProcessInfo.processInfo.environment["MYELIN_KILLS"].flatMap(Int.init) ?? 50

  @Test func killedAtRandomPointsARunEndsInTheSameBits() throws {
    try withTemporaryFolder { folder in
      let clock = ContinuousClock()
      var wholes: [ProbeTraining: (outcome: RunOutcome, seconds: Double)] = [:]
      for training in ProbeTraining.allCases {
        let path = "\(folder)/\(training)"
        let start = clock.now
        let whole = try run([training.rawValue, path])
        #expect(whole.status == 0, "\(whole.output)")
        wholes[training] = (
          try RunOutcome(of: RunFolder(path)), (clock.now - start) / .seconds(1)
        )
      }
      var kills = 0
      while kills < Self.killCount {
        let training = ProbeTraining.allCases[kills % ProbeTraining.allCases.count]
        let whole = try #require(wholes[training])
        let path = "\(folder)/\(training)-\(kills)"
        for _ in 0..<3 {
          let delay = Double.random(in: 0...whole.seconds)
          _ = try run([training.rawValue, path], killedAfter: delay)
          kills += 1
        }
        let last = try run([training.rawValue, path])
        #expect(last.status == 0, "\(last.output)")
        whole.outcome.expectSame(try RunOutcome(of: RunFolder(path)), path)
        let files = try names(in: path + "/checkpoints")
        #expect(files == ["best.safetensors", "last.safetensors", "previous.safetensors"])
      }
    }
  }

  /// No file may be larger than a part of a checkpoint: not even the log fits, or the log does and a
  /// part of the next checkpoint.
  @Test(arguments: [0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.999])
  func aFullDiskStopsTheRunWithTheLastCheckpointWhole(_ part: Double) throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      var trainer = ProbeTraining.plain.makeTrainer()
      #expect(throws: Crash.Error.self) {
        try trainer.run(
          on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder,
          callbacks: [Crash(step: 16)])
      }
      let size = try Data(contentsOf: URL(filePath: folder.checkpointPath(.last))).count
      let stopped = try run(["plain", folder.path, "\(Int(Double(size) * part))"])
      #expect(stopped.status == 3)
      #expect(stopped.output.contains("cannot be written"), "\(stopped.output)")
      #expect(try !names(in: folder.checkpointsPath).contains { $0.hasPrefix(".") })
      _ = try CheckpointFile.open(folder.checkpointPath(.last))
      _ = try folder.events()
      let last = try run(["plain", folder.path])
      #expect(last.status == 0, "\(last.output)")
      var whole = ProbeTraining.plain.makeTrainer()
      let other = RunFolder(path + "/whole")
      _ = try whole.run(on: ProbeTraining.source, validation: ProbeTraining.validation, in: other)
      try RunOutcome(of: other).expectSame(try RunOutcome(of: folder))
    }
  }

  @Test func aNameThatCannotBeTakenStopsTheRun() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      var trainer = ProbeTraining.plain.makeTrainer()
      #expect(throws: Crash.Error.self) {
        try trainer.run(on: ProbeTraining.source, in: folder, callbacks: [Crash(step: 4)])
      }
      try FileManager.default.createDirectory(
        atPath: folder.checkpointPath(.previous) + "/full", withIntermediateDirectories: true)
      let stopped = try run(["plain", folder.path])
      #expect(stopped.status == 3 && stopped.output.contains("previous.safetensors"))
      _ = try CheckpointFile.open(folder.checkpointPath(.last))
      #expect(try !names(in: folder.checkpointsPath).contains { $0.hasPrefix(".") })
    }
  }
}
