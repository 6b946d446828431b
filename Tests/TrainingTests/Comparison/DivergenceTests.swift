import Foundation
import Myelin
import Testing

@Suite struct DivergenceTests {
  private func train(
    in folder: RunFolder, source: SmallSource = SmallSource(), seed: UInt64 = 1,
    hasDigests: Bool = true, learningRate: Double = 1e-2, steps: Int? = nil,
    change: (inout SmallClassifier) -> Void = { _ in }
  ) throws {
    var model = SmallClassifier.make(seed: seed)
    change(&model)
    var options = TrainerOptions()
    options.length = steps.map { .steps($0) } ?? .epochs(3)
    options.logInterval = 1
    var trainer = Trainer(
      model: model, optimizer: Adam(learningRate: learningRate),
      objective: .classifier { (model: SmallClassifier, inputs) in model(inputs) },
      options: options)
    _ = try trainer.run(
      on: source, in: folder, callbacks: hasDigests ? [DigestCallback(in: folder)] : [])
  }

  @Test func findsNothingBetweenEqualRuns() throws {
    try withTemporaryFolder { path in
      let folders = (RunFolder(path + "/a"), RunFolder(path + "/b"))
      for folder in [folders.0, folders.1] { try train(in: folder) }
      #expect(try Divergence.between(folders.0, folders.1) == nil)
    }
  }

  /// The third batch of the second epoch is another one: the first step that it changes is the
  /// seventh.
  @Test(arguments: [true, false])
  func findsTheStepOfAnotherBatch(_ hasDigests: Bool) throws {
    struct Other: BatchSource {
      let base = SmallSource()
      var batchCount: Int { base.batchCount }
      var exampleCount: Int { base.exampleCount }
      func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
        var source = base
        if epoch == 1 { source.seeds[2] = 99 }
        return source.batches(epoch: epoch, from: first)
      }
    }
    try withTemporaryFolder { path in
      let (a, b) = (RunFolder(path + "/a"), RunFolder(path + "/b"))
      try train(in: a, hasDigests: hasDigests)
      var options = TrainerOptions()
      options.length = .epochs(3)
      options.logInterval = 1
      var trainer = Trainer(
        model: SmallClassifier.make(), optimizer: Adam(learningRate: 1e-2),
        objective: .classifier { (model: SmallClassifier, inputs) in model(inputs) },
        options: options)
      _ = try trainer.run(
        on: Other(), in: b, callbacks: hasDigests ? [DigestCallback(in: b)] : [])
      let divergence = try #require(try Divergence.between(a, b))
      #expect(divergence.step == 7)
      #expect(divergence.lastAlike == 6)
      #expect(divergence.evidence == (hasDigests ? .digests : .logs))
      #expect(
        divergence.differences.map(\.path)
          == (hasDigests
            ? ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
            : ["training loss"]))
    }
  }

  @Test func findsOneBitOfOneTensor() throws {
    try withTemporaryFolder { path in
      let (a, b) = (RunFolder(path + "/a"), RunFolder(path + "/b"))
      try train(in: a) { $0.output.bias = Tensor([0.7, 0.7, 0.7] as [Float]) }
      try train(in: b) { $0.output.bias = Tensor([0.7, Float(0.7).nextUp, 0.7]) }
      let divergence = try #require(try Divergence.between(a, b))
      #expect(divergence.step == 0)
      #expect(divergence.lastAlike == nil)
      #expect(divergence.differences.map(\.path) == ["output.bias"])
      #expect(
        divergence.description.hasPrefix(
          """
          first difference before the first step:
            output.bias: other bits; norms 1.21244 and 1.21244, about 6e-08 apart
          """), "\(divergence)")
    }
  }

  /// Another learning rate: alike before the first step, and apart by what that step did.
  @Test func saysHowFarApartTensorsAre() throws {
    try withTemporaryFolder { path in
      let (a, b) = (RunFolder(path + "/a"), RunFolder(path + "/b"))
      try train(in: a)
      try train(in: b, learningRate: 3e-2)
      let divergence = try #require(try Divergence.between(a, b))
      #expect(divergence.step == 1 && divergence.lastAlike == 0)
      guard case .digests(let estimate?) = divergence.differences.first?.kind else {
        Issue.record("\(divergence)")
        return
      }
      // Adam's first step moves each of the 64 weights by its rate.
      #expect((0.05...0.3).contains(estimate.distance), "\(divergence)")
      #expect(abs(estimate.firstNorm - estimate.secondNorm) <= 0.2)
    }
  }

  @Test func measuresWhereBothHaveACheckpoint() throws {
    try withTemporaryFolder { path in
      let (a, b) = (RunFolder(path + "/a"), RunFolder(path + "/b"))
      for (folder, rate) in [(a, 1e-2), (b, 3e-2)] {
        try train(in: folder, learningRate: rate, steps: 1)
      }
      let divergence = try #require(try Divergence.between(a, b))
      guard case .values(_, let count, let largest, _) = divergence.differences.first?.kind else {
        Issue.record("\(divergence)")
        return
      }
      #expect(count == 64 && abs(largest - 0.02) < 1e-3)
    }
  }

  /// Lines as they were before they had more than digests.
  @Test func readsDigestsAlone() throws {
    try withTemporaryFolder { path in
      for (name, digest) in [("a", "1"), ("b", "2")] {
        try FileManager.default.createDirectory(
          atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        try "{\"digests\":[\"000000000000000\(digest)\"],\"names\":[\"w\"],\"step\":1}\n".write(
          toFile: "\(path)/\(name)/digests.jsonl", atomically: true, encoding: .utf8)
      }
      let divergence = try Divergence.between(RunFolder(path + "/a"), RunFolder(path + "/b"))
      #expect(
        divergence?.description == """
          first difference at step 1 (nothing earlier is in both):
            w: other bits
          """)
    }
  }

  @Test func replaysTwoTrainings() throws {
    let batches = (0..<6).map { smallBatch(seed: UInt64($0)) }
    func stepper(_ change: Int?) -> (Int) -> SmallClassifier? {
      var model = SmallClassifier.make()
      var optimizer = Adam(learningRate: 1e-2)
      return { step in
        if step == 0 { return model }
        let batch = batches[step == change ? 0 : step - 1]
        let (_, gradients) = valueAndGradient(of: &model) {
          crossEntropy($0(batch.inputs), batch.targets)
        }
        optimizer.update(&model, with: gradients)
        return model
      }
    }
    #expect(Divergence.replaying(stepCount: 6, stepper(nil), stepper(nil)) == nil)
    let divergence = try #require(Divergence.replaying(stepCount: 6, stepper(nil), stepper(4)))
    #expect(divergence.step == 4)
    #expect(divergence.lastAlike == 3)
    guard case .values(_, let count, let largest, _) = divergence.differences.first?.kind else {
      Issue.record("no values: \(divergence)")
      return
    }
    #expect(count == 64)
    #expect(largest > 0 && largest < 0.1)
  }

  @Test(arguments: [
    "{\"step\":1", "[]", "{\"step\":1,\"names\":[\"a\"],\"digests\":[]}",
    "{\"step\":1,\"names\":[\"a\"],\"digests\":[\"0\"],\"norms\":[]}",
  ])
  func namesTheLineThatIsNone(_ line: String) throws {
    try withTemporaryFolder { path in
      let file = path + "/digests.jsonl"
      try "{\"digests\":[],\"names\":[],\"step\":1}\n\(line)\n".write(
        toFile: file, atomically: true, encoding: .utf8)
      #expect {
        _ = try StepDigests.read(file)
      } throws: {
        ($0 as? TrainingError)?.reason == .malformed
          && ($0 as? TrainingError)?.place == file + ":2"
      }
    }
  }

  @Test func aRunThatGoesOnEndsALineThatWasCut() throws {
    try withTemporaryFolder { path in
      let folder = RunFolder(path)
      try "{\"digests\":[],\"names\":[],\"step\":1}\n{\"dig".write(
        toFile: folder.digestsPath, atomically: true, encoding: .utf8)
      let model = SmallClassifier.make()
      var trainer = Trainer(
        model: model, optimizer: SGD(learningRate: 0.1),
        objective: .classifier { $0($1) }, options: .init())
      _ = try trainer.run(
        on: SmallSource(), callbacks: [DigestCallback(in: folder)],
        isInterrupted: { true })
      #expect(try StepDigests.read(folder.digestsPath).map(\.step) == [0, 1])
    }
  }

  @Test func passesOverALineThatWasCut() throws {
    try withTemporaryFolder { path in
      let file = path + "/digests.jsonl"
      try "{\"digests\":[],\"names\":[],\"step\":1}\n{\"dig".write(
        toFile: file, atomically: true, encoding: .utf8)
      #expect(try StepDigests.read(file).map(\.step) == [1])
    }
  }
}
