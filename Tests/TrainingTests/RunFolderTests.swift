import Foundation
import Myelin
import Testing
import TrainingProbe

/// What a run writes, and who may write.
@Suite struct RunFolderTests {
  @Test func theLogTellsWhatHappened() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/deep/inside")
      #expect(!folder.hasRun)
      var trainer = ProbeTraining.plain.makeTrainer()
      let recorder = Recorder()
      _ = try trainer.run(
        on: ProbeTraining.source, validation: ProbeTraining.validation, in: folder,
        record: RunRecord(seed: 3), callbacks: [recorder])
      let events = try folder.events()
      #expect(events.map(\.comparable) == recorder.events.map(\.comparable) && folder.hasRun)
      #expect(events.first?.event == .start && events.last?.event == .end)
      // Every fourth step, and at the ends of epochs.
      let training = events.filter { $0.event == .training }
      #expect(training.prefix(5).map(\.step) == [4, 8, 9, 12, 16])
      #expect(training[0].epoch == 4.0 / 9)
      let names: Set = [
        "loss", "accuracy", "roc_auc", "f1", "learning_rate", "examples_per_second",
        "waiting_fraction", "gradient_norm",
      ]
      #expect(training.allSatisfy { Set($0.values?.keys ?? [:].keys) == names })
      let validation = events.filter { $0.event == .validation }
      #expect(validation.map(\.step) == [9, 18, 27, 36, 45, 54])
      #expect(Set(validation[0].values?.keys ?? [:].keys) == ["loss", "accuracy", "roc_auc", "f1"])
      #expect(events.filter { $0.event == .checkpoint }.map(\.step).prefix(3) == [3, 6, 9])
      #expect(
        recorder.calls.prefix(5) == ["step 1", "step 2", "step 3", "checkpoint 3", "step 4"])
      #expect(recorder.calls.contains("validation 9") && recorder.calls.last == "end 54")

      let record = try folder.record()
      #expect(record.seed == 3 && record.threads > 0 && record.memory > 0)
      #expect(record.command == CommandLine.arguments && record.versions["myelin"] != nil)
    }
  }

  @Test func aLineOfWhatCallbacksRecord() throws {
    struct Warner: TrainingCallback {
      func afterStep<Model: TensorTree, Batch: ExampleBatch>(
        _ moment: TrainingMoment<Model, Batch>
      ) throws {
        guard moment.progress.step == 2 else { return }
        let norm = globalNorm(of: moment.gradients())
        try moment.record(
          moment.event(.warning, values: ["norm": norm, "other": .nan], name: "x", text: "look"))
      }
    }
    try withTemporaryFolder { path in
      var trainer = ProbeTraining.plain.makeTrainer()
      var same = ProbeTraining.plain.makeTrainer()
      let (folder, recorder) = (RunFolder(path), Recorder())
      _ = try trainer.run(on: ProbeTraining.source, in: folder, callbacks: [Warner(), recorder])
      let warnings = try folder.events().filter { $0.event == .warning }
      #expect(warnings.count == 1 && warnings[0].step == 2 && warnings[0].text == "look")
      #expect(warnings[0].values?["norm"] ?? 0 > 0 && warnings[0].values?["other"]?.isNaN == true)
      #expect(recorder.events.contains { $0.event == .warning })
      // Looking at gradients disturbs nothing.
      _ = try same.run(on: ProbeTraining.source)
      for (a, b) in zip(same.model.namedTensors, trainer.model.namedTensors) {
        #expect(a.tensor.scalars(as: Double.self) == b.tensor.scalars(as: Double.self), "\(a.path)")
      }
    }
  }

  @Test func aFolderHasOneTrainingAtATime() throws {
    struct Second: TrainingCallback {
      let folder: RunFolder

      func afterStep<Model: TensorTree, Batch: ExampleBatch>(
        _ moment: TrainingMoment<Model, Batch>
      ) throws {
        guard moment.progress.step == 2 else { return }
        var trainer = ProbeTraining.plain.makeTrainer()
        let error = #expect(throws: TrainingError.self) {
          try trainer.run(on: ProbeTraining.source, in: folder, resuming: true)
        }
        #expect(error?.reason == .folderInUse)
      }
    }
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      var trainer = ProbeTraining.plain.makeTrainer()
      _ = try trainer.run(on: ProbeTraining.source, in: folder, callbacks: [Second(folder: folder)])
      let log = try Data(contentsOf: URL(filePath: folder.logPath))
      var other = ProbeTraining.plain.makeTrainer()
      let error = #expect(throws: TrainingError.self) {
        try other.run(on: ProbeTraining.source, in: folder)
      }
      #expect(error?.reason == .folderTaken)
      #expect(try Data(contentsOf: URL(filePath: folder.logPath)) == log)
    }
  }

  @Test func readsLogsThatWereCutShort() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      let line = #"{"epoch":0.5,"event":"training","seconds":1,"step":3,"values":{"loss":"nan"}}"#
      for (text, count) in [
        ("", 0), ("{\"event\"", 0), ("\(line)\n", 1), ("\(line)\n\(line)\n{\"ev", 2), (line, 0),
      ] {
        try Data(text.utf8).write(to: URL(filePath: folder.logPath))
        let events = try folder.events()
        #expect(events.count == count, "\(text)")
        #expect(events.first.map { $0.values?["loss"]?.isNaN == true } ?? true)
      }
      try Data("\(line)\nwords\n\(line)\n".utf8).write(to: URL(filePath: folder.logPath))
      let error = #expect(throws: TrainingError.self) { try folder.events() }
      #expect(error?.reason == .malformed && error?.place.hasSuffix("log.jsonl:2") == true)
      #expect(error?.found == "words")
    }
  }

  @Test func saysWhatCannotBeRead() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      #expect(throws: TrainingError.self) { try folder.events() }
      #expect(throws: TrainingError.self) { try folder.record() }
      try Data("{}".utf8).write(to: URL(filePath: folder.recordPath))
      let error = #expect(throws: TrainingError.self) { try folder.record() }
      #expect(error?.reason == .malformed)
      var trainer = ProbeTraining.plain.makeTrainer()
      let unwritable = #expect(throws: TrainingError.self) {
        try trainer.run(on: ProbeTraining.source, in: RunFolder("/proc/run"))
      }
      #expect(unwritable?.reason == .unwritable)
    }
  }
}
