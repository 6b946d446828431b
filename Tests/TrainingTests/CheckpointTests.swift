import Foundation
import Myelin
import Testing
import TrainingProbe

/// What becomes of damaged, missing and foreign checkpoints.
@Suite struct CheckpointTests {
  /// Calls `body` with a folder in which a run was stopped after step 16.
  private func withStoppedRun(_ body: (RunFolder) throws -> Void) throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      var trainer = ProbeTraining.plain.makeTrainer()
      #expect(throws: Crash.Error.self) {
        try trainer.run(
          on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder,
          callbacks: [Crash(step: 16)])
      }
      try body(folder)
    }
  }

  private func resume(_ folder: RunFolder) throws -> TrainingEnding {
    var trainer = ProbeTraining.plain.makeTrainer()
    return try trainer.run(
      on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder, resuming: true)
  }

  /// The last outcome of a run that nobody stopped.
  private static let whole = Result {
    try withTemporaryFolder { path in
      var trainer = ProbeTraining.plain.makeTrainer()
      let folder = RunFolder(path)
      _ = try trainer.run(
        on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder)
      return try RunOutcome(of: folder)
    }
  }

  /// What can be wrong with a file: a change of its bytes.
  enum Damage: Sendable, CaseIterable {
    case empty, firstBytes, half, oneByteLess, oneByteMore, header, checksum, key, tensors, lastByte
    case text

    func change(_ bytes: inout [UInt8]) {
      switch self {
      case .empty: bytes = []
      case .firstBytes: bytes = Array(bytes.prefix(20))
      case .half: bytes = Array(bytes.prefix(bytes.count / 2))
      case .oneByteLess: bytes.removeLast()
      case .oneByteMore: bytes.append(0)
      case .header: bytes[0] ^= 1
      case .checksum: bytes[40] ^= 1
      case .key: bytes[28] ^= 4
      case .tensors: bytes[bytes.count * 3 / 4] ^= 0x80
      case .lastByte: bytes[bytes.count - 1] ^= 1
      case .text: bytes = Array("not a checkpoint at all, but some words that somebody wrote".utf8)
      }
    }
  }

  private func damage(_ path: String, _ damage: (inout [UInt8]) -> Void) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    damage(&bytes)
    try Data(bytes).write(to: URL(filePath: path))
  }

  @Test(arguments: Damage.allCases)
  func aDamagedOneIsNamedAndTheOneBeforeItUsed(_ kind: Damage) throws {
    try withStoppedRun { folder in
      try damage(folder.checkpointPath(.last), kind.change)
      #expect(try resume(folder).reason == .finished)
      let warnings = try folder.events().filter { $0.event == .warning }
      #expect(warnings.count == 1)
      #expect(warnings.first?.text?.contains("last.safetensors: damaged checkpoint") == true)
      try Self.whole.get().expectSame(try RunOutcome(of: folder), "\(kind)")
    }
  }

  @Test func anyByteCounts() throws {
    try withStoppedRun { folder in
      let path = folder.checkpointPath(.last)
      let sound = [UInt8](try Data(contentsOf: URL(filePath: path)))
      var random = SystemRandomNumberGenerator()
      for _ in 0..<100 {
        let (place, bit) = (Int.random(in: sound.indices, using: &random), UInt8.random(in: 0..<8))
        var bytes = sound
        bytes[place] ^= 1 << bit
        try Data(bytes).write(to: URL(filePath: path))
        let error = #expect(throws: TrainingError.self) { try CheckpointFile.open(path) }
        #expect(error?.reason == .damagedCheckpoint, "byte \(place), bit \(bit)")
      }
      try Data(sound).write(to: URL(filePath: path))
      #expect(try CheckpointFile.open(path).metadata["format"] == "1")
    }
  }

  @Test func aRunWithDamagedOnesAloneCannotGoOn() throws {
    try withStoppedRun { folder in
      for slot in CheckpointSlot.allCases { try damage(folder.checkpointPath(slot)) { $0[9] ^= 2 } }
      let log = try Data(contentsOf: URL(filePath: folder.logPath))
      let error = #expect(throws: TrainingError.self) { try resume(folder) }
      #expect(error?.reason == .noCheckpoint)
      for slot in CheckpointSlot.allCases {
        #expect(error?.found.contains("\(slot.rawValue).safetensors") == true)
      }
      // Nothing was cut.
      #expect(try Data(contentsOf: URL(filePath: folder.logPath)) == log)
    }
  }

  @Test func anotherModelOrOtherDataAreRefused() throws {
    try withStoppedRun { folder in
      var other = ProbeTraining.summed.makeTrainer()
      let model = #expect(throws: TrainingError.self) {
        try other.run(on: ProbeTraining.source, in: folder, resuming: true)
      }
      #expect(model?.reason == .otherTraining)
      #expect(model?.found.contains("missing average") == true, "\(String(describing: model))")
      var same = ProbeTraining.plain.makeTrainer()
      let data = #expect(throws: TrainingError.self) {
        try same.run(on: ProbeTraining.validation, in: folder, resuming: true)
      }
      #expect(data?.reason == .otherData)
      #expect(same.step == 0)
    }
  }

  @Test func readersOfTheFormatOpenIt() throws {
    try withStoppedRun { folder in
      var model = ProbeTraining.plain.makeTrainer().model
      try model.load(
        contentsOf: folder.checkpointPath(.last),
        renaming: { $0.hasPrefix("model.") ? String($0.dropFirst(6)) : nil })
    }
  }

  @Test func theModelOfACheckpoint() throws {
    try withTemporaryFolder { path in
      var trainer = ProbeTraining.summed.makeTrainer()
      let folder = RunFolder(path)
      _ = try trainer.run(
        on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder)
      var model = ProbeTraining.summed.makeTrainer().model
      try folder.load(&model, from: .last)
      let expected = trainer.validatedModel.stateDictionary
      for (name, tensor) in model.stateDictionary {
        #expect(
          tensor.scalars(as: Float.self) == expected[name]?.scalars(as: Float.self), "\(name)")
      }
    }
  }
}
