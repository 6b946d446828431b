import Myelin
import Testing
import TrainingProbe

/// What made the loss NaN or infinite.
@Suite struct TracingTests {
  /// A logarithm of zero, or a derivative that is infinite, whose trace the next loss shows.
  private enum Fault: CaseIterable {
    case loss, gradient

    var origin: (operation: String, phase: String) {
      self == .loss ? ("log", "forward") : ("divide", "backward")
    }
  }

  /// A classifier whose loss goes wrong in batches of an odd size.
  private func objective(_ fault: Fault) -> Objective<SmallClassifier, SampleBatch> {
    Objective(
      forward: { $0($1.inputs) },
      loss: { outputs, batch in
        let loss = crossEntropy(outputs, batch.targets)
        if batch.count % 2 == 0 { return loss }
        return fault == .loss ? log(loss * 0) : loss + sqrt(square(outputs) * 0).mean()
      }, targets: { $0.targets })
  }

  /// Batches of 8, in each epoch as many; one of 7 at a place of the run.
  private struct Source: BatchSource {
    let bad: Int
    var batchCount = 50
    var exampleCount: Int { 8 * batchCount }

    func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
      var next = first
      return BatchStream { () throws(DatasetError) in
        guard next < batchCount else { return nil }
        next += 1
        let place = epoch * batchCount + next - 1
        return smallBatch(place == bad ? 7 : 8, seed: UInt64(place))
      }
    }
  }

  private func run(
    _ fault: Fault, bad: Int, change: (inout TrainerOptions) -> Void = { _ in }
  ) throws -> (TrainingEnding, [RunEvent]) {
    var options = TrainerOptions()
    options.length = .epochs(12)
    change(&options)
    var trainer = Trainer(
      model: SmallClassifier.make(), optimizer: SGD(learningRate: 0.1), objective: objective(fault),
      options: options)
    return try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      let ending = try trainer.run(on: Source(bad: bad), in: folder)
      return (ending, try folder.events())
    }
  }

  /// At the first batch, in the middle, and behind the batches after which the state is kept anew and
  /// behind the end of an epoch.
  @Test(arguments: [0, 30, 49, 50, 499, 500, 501, 560])
  func saysWhereItBegan(_ bad: Int) throws {
    for fault in Fault.allCases {
      let (ending, events) = try run(fault, bad: bad)
      guard case .diverged = ending.reason else {
        Issue.record("\(fault) \(bad): \(ending)")
        continue
      }
      #expect(ending.progress.step == (fault == .loss ? bad : bad + 1))
      let origin = try #require(ending.origin, "\(fault) \(bad)")
      #expect(origin.operation == fault.origin.operation, "\(origin)")
      #expect(origin.phase == fault.origin.phase, "\(origin)")
      let warnings = events.filter { $0.event == .warning }
      #expect(warnings.count == 1 && warnings[0].step == bad)
      #expect(warnings.first?.text?.contains(origin.operation) == true)
      #expect(ending.description.contains(origin.operation))
    }
  }

  @Test(arguments: [1, 30, 49, 231, 531])
  func looksAtAllBatchesOfAStep(_ bad: Int) throws {
    for fault in Fault.allCases {
      let (ending, events) = try run(fault, bad: bad) { $0.batchesPerStep = 3 }
      #expect(ending.origin?.operation == fault.origin.operation, "\(bad): \(ending)")
      // Epochs of 50 batches are 17 steps, the last one of two batches.
      let step = bad / 50 * 17 + bad % 50 / 3
      #expect(events.first { $0.event == .warning }?.step == step, "\(bad)")
    }
  }

  @Test func leavesItOutWhereNobodyAsks() throws {
    let (ending, events) = try run(.loss, bad: 20) { $0.tracesDivergence = false }
    #expect(ending.origin == nil && !events.contains { $0.event == .warning })
  }

  /// Keeping the state, twice in this run, is no part of what is learned.
  @Test func changesNothing() throws {
    let models = try [true, false].map { traces in
      var options = TrainerOptions()
      options.length = .epochs(12)
      options.tracesDivergence = traces
      var trainer = Trainer(
        model: SmallClassifier.make(), optimizer: Adam(learningRate: 0.01),
        objective: objective(.loss), options: options)
      _ = try trainer.run(on: Source(bad: -1))
      return trainer.model
    }
    for (a, b) in zip(models[0].namedTensors, models[1].namedTensors) {
      #expect(a.tensor.scalars(as: Float.self) == b.tensor.scalars(as: Float.self), "\(a.path)")
    }
  }

  /// A number that is bad already belongs to what the run began with.
  @Test func namesAParameterThatWasBadFromTheBeginning() throws {
    var model = SmallClassifier.make()
    model.output.bias = Tensor([0, .nan, 0] as [Float])
    var trainer = Trainer(
      model: model, optimizer: SGD(learningRate: 0.1), objective: objective(.loss))
    let ending = try trainer.run(on: Source(bad: -1))
    #expect(ending.origin?.operation == "" && ending.origin?.output.path == "output.bias")
  }

  /// Numbers that float16 cannot hold, in the pass as it ran.
  @Test func seesThePassIn16Bits() throws {
    var options = TrainerOptions()
    options.mixedPrecision = .float16
    var trainer = Trainer(
      model: SmallClassifier.make(), optimizer: SGD(learningRate: 0.1),
      objective: Objective<SmallClassifier, SampleBatch>(
        forward: { exp($0($1.inputs) * 0 + 20) }, loss: { crossEntropy($0, $1.targets) },
        targets: { $0.targets }), options: options)
    let ending = try trainer.run(on: SmallSource())
    #expect(ending.origin?.operation == "exp", "\(ending)")
    #expect(ending.origin?.output.dataType == "float16")
  }
}
