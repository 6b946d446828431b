import Myelin
import TestSupport
import Testing
import TrainingProbe

/// A layer of classes and what trains it.
private struct Network: Layer {
  var hidden = Linear(6, 12)
  var output = Linear(12, 3)
  func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden(x))) }
}

private struct State: TensorTree {
  var model: Network
  var optimizer: SGD
}

private func makeTrainer(
  rate: Double = 0.05, learningRate: LearningRate = .optimizer, metrics: [any Metric] = [],
  _ change: (inout TrainerOptions) -> Void = { _ in }
) -> Trainer<Network, SGD, SampleBatch> {
  var options = TrainerOptions()
  options.length = .epochs(3)
  change(&options)
  return Trainer(
    model: withRandomSeed(5) { Network() }, optimizer: SGD(learningRate: rate, momentum: 0.9),
    learningRate: learningRate, metrics: metrics, options: options,
    forward: { model, batch in model(batch.inputs) },
    loss: { outputs, batch in crossEntropy(outputs, batch.targets) })
}

@Suite struct TrainerTests {
  private let source = ProbeTraining.source
  private let validation = ProbeTraining.validation

  @Test(arguments: [true, false])
  func aLoopWrittenByHandGivesTheSameBits(_ isCompiled: Bool) throws {
    var trainer = makeTrainer { $0.isCompiled = isCompiled }
    let ending = try trainer.run(on: source)
    #expect(ending.reason == .finished && ending.progress.step == 27 && trainer.step == 27)
    #expect(ending.checkpoint == nil && ending.progress.examples == 210)

    let body = { @Sendable (state: inout State, batch: SampleBatch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &state.model) {
        crossEntropy($0(batch.inputs), batch.targets)
      }
      state.optimizer.update(&state.model, with: gradients)
      return loss
    }
    var state = State(
      model: withRandomSeed(5) { Network() }, optimizer: SGD(learningRate: 0.05, momentum: 0.9))
    state.optimizer.prepare(for: state.model)
    let compiled = compile(body)
    for epoch in 0..<3 {
      let batches = source.batches(epoch: epoch, from: 0)
      while let batch = try batches.next() {
        _ = isCompiled ? compiled(&state, batch) : body(&state, batch)
      }
    }
    expectSameBits(state.model, trainer.model)
  }

  /// Nine batches of 8 in steps of 4, 4 and 1, and in one step of all: as large batches are.
  @Test(arguments: [(4, 32), (9, 72), (20, 160)])
  func severalBatchesAreOneLargeOne(_ count: Int, _ size: Int) throws {
    var parts = makeTrainer { $0.batchesPerStep = count }
    _ = try parts.run(on: source)
    var whole = makeTrainer()
    _ = try whole.run(on: ProbeSource(count: 70, batchSize: size, seed: 1))
    #expect(parts.step == whole.step)
    for (a, b) in zip(parts.model.namedTensors, whole.model.namedTensors) {
      expectClose(
        actual: a.tensor.scalars(), expected: b.tensor.scalars(), absolute: 1e-5, relative: 1e-4,
        a.path)
    }
  }

  @Test func learnsAndKnowsItsBest() throws {
    var trainer = makeTrainer(metrics: [Accuracy(), ConfusionMatrix(classCount: 3)]) {
      $0.length = .epochs(8)
      $0.best = Monitor("accuracy", .maximum)
    }
    let before = try trainer.evaluate(on: validation)
    let ending = try trainer.run(on: source, validation: validation)
    let after = try trainer.evaluate(on: validation)
    #expect(after.loss < before.loss && after.examples == 20)
    #expect(after.values["accuracy"] ?? 0 > 0.6)
    #expect(after.confusionMatrix?.total == 20)
    #expect(after.confusionMatrix?.accuracy == after.values["accuracy"])
    let best = try #require(ending.best)
    #expect(best.value >= after.values["accuracy"] ?? 1 && best.step % 9 == 0)
  }

  @Test func countsStepsAsWellAsEpochs() throws {
    for (length, steps) in [(TrainingSpan.steps(20), 20), (.epochs(2), 18), (.steps(0), 0)] {
      var trainer = makeTrainer { $0.length = length }
      #expect(try trainer.run(on: source).progress.step == steps)
    }
  }

  @Test func followsASchedule() throws {
    var rates: [Double] = []
    let schedule = StepSchedule(from: 0.1, every: 2, factor: 0.5)
    var trainer = makeTrainer(learningRate: .schedule(schedule)) {
      $0.logInterval = 1
      $0.length = .steps(5)
    }
    let recorder = Recorder()
    _ = try trainer.run(on: source, callbacks: [recorder])
    rates = recorder.events.compactMap { $0.values?["learning_rate"] }
    #expect(rates == (0..<5).map { schedule($0) })
  }

  @Test func lowersTheLearningRateOnAPlateau() throws {
    // No loss is better than the first by so much.
    let plateau = ReduceOnPlateau(from: 0.1, patience: 1, threshold: .absolute(100))
    var trainer = makeTrainer(learningRate: .plateau(plateau)) { $0.length = .epochs(4) }
    let ending = try trainer.run(on: source, validation: validation)
    #expect(abs(ending.progress.learningRate - 0.01) < 1e-12)
  }

  @Test func stopsEarlyOnceNothingImproves() throws {
    var trainer = makeTrainer {
      $0.length = .epochs(50)
      $0.earlyStopping = EarlyStopping(Monitor(), patience: 2, threshold: 100)
    }
    let ending = try trainer.run(on: source, validation: validation)
    guard case .stoppedEarly(let metric, _) = ending.reason else {
      Issue.record("\(ending)")
      return
    }
    #expect(metric == "loss" && ending.progress.epoch == 4)
    #expect(try trainer.run(on: source, validation: validation).progress.epoch == 4)
  }

  @Test func endsWhenTheTimeIsOver() throws {
    var trainer = makeTrainer {
      $0.length = .epochs(1_000_000)
      $0.timeLimit = .milliseconds(50)
    }
    let ending = try trainer.run(on: source)
    #expect(ending.reason == .outOfTime && ending.progress.step > 0 && ending.canGoOn)
  }

  @Test func endsWhereTheLossIsNoNumber() throws {
    var trainer = makeTrainer(rate: 1e30) { $0.length = .epochs(20) }
    let ending = try trainer.run(on: source)
    guard case .diverged = ending.reason else {
      Issue.record("\(ending)")
      return
    }
    #expect(ending.checkpoint == nil && ending.description.contains("diverged"))
  }

  @Test func validatesTheAverage() throws {
    var trainer = makeTrainer { $0.averaging = WeightAveraging(decay: 0.9) }
    _ = try trainer.run(on: source)
    var expected = ExponentialMovingAverage(of: withRandomSeed(5) { Network() }, decay: 0.9)
    let recorder = ModelRecorder()
    var plain = makeTrainer()
    _ = try plain.run(on: source, callbacks: [recorder])
    for model in recorder.models {
      if let model = model as? Network { expected.update(with: model) }
    }
    #expect(recorder.models.count == 27)
    for (a, b) in zip(expected.model.namedTensors, trainer.validatedModel.namedTensors) {
      expectClose(actual: b.tensor.scalars(), expected: a.tensor.scalars(), a.path)
    }
    expectSameBits(plain.model, trainer.model)
  }

  @Test(arguments: MixedPrecision.allCases)
  func learnsInSixteenBits(_ precision: MixedPrecision) throws {
    var trainer = makeTrainer { $0.mixedPrecision = precision }
    var whole = makeTrainer()
    _ = try trainer.run(on: source)
    _ = try whole.run(on: source)
    #expect(trainer.model.parameters.allSatisfy { $0.dataType == .float32 })
    let (half, full) = (
      try trainer.evaluate(on: validation).loss, try whole.evaluate(on: validation).loss
    )
    #expect(abs(half - full) < 0.05 && half != full, "\(half), \(full)")
  }

  @Test func halvesTheScaleOfTheLossWhereGradientsOverflow() throws {
    var options = TrainerOptions()
    options.mixedPrecision = .float16
    options.length = .steps(6)
    options.logInterval = 1
    // Gradients of some 10 times the scale of 65,536, which float16 cannot hold.
    var trainer = Trainer(
      model: withRandomSeed(5) { Network() }, optimizer: SGD(learningRate: 1e-4), options: options,
      forward: { model, batch in model(batch.inputs) },
      loss: { outputs, batch in crossEntropy(outputs, batch.targets) * 100 })
    let recorder = Recorder()
    _ = try trainer.run(on: source, callbacks: [recorder])
    let scales = recorder.events.compactMap { $0.values?["loss_scale"] }
    #expect(scales.count >= 6)
    #expect(scales.allSatisfy { $0 < 65_536 && $0 > 64 }, "\(scales)")
    #expect(trainer.step == 6)
    #expect(trainer.model.parameters.allSatisfy { $0.isFinite.all().item() == 1 })
  }

  @Test func refusesWhatCannotBeTrained() throws {
    var trainer = makeTrainer { $0.best = Monitor("acuracy") }
    let metric = #expect(throws: TrainingError.self) { try trainer.run(on: source) }
    #expect(metric?.reason == .unknownMetric && metric?.expected == "one of loss")
    var other = makeTrainer()
    let data = #expect(throws: TrainingError.self) {
      try other.run(on: ProbeSource(count: 0, batchSize: 8, seed: 1))
    }
    #expect(data?.reason == .noData)
  }
}

/// Keeps the events of a run.
final class Recorder: TrainingCallback {
  private(set) var events: [RunEvent] = []
  private(set) var calls: [String] = []

  func afterEvent(_ event: RunEvent) { events.append(event) }

  func afterStep<Model: TensorTree, Batch: ExampleBatch>(_ moment: TrainingMoment<Model, Batch>) {
    calls.append("step \(moment.progress.step)")
  }

  func afterValidation<Model: TensorTree, Batch: ExampleBatch>(
    _ evaluation: Evaluation, _ moment: TrainingMoment<Model, Batch>
  ) {
    calls.append("validation \(moment.progress.step)")
  }

  func afterCheckpoint(_ path: String, _ progress: RunProgress) {
    calls.append("checkpoint \(progress.step)")
  }

  func atEnd(_ ending: TrainingEnding) { calls.append("end \(ending.progress.step)") }
}

/// Keeps the model after each step.
private final class ModelRecorder: TrainingCallback {
  private(set) var models: [Any] = []

  func afterStep<Model: TensorTree, Batch: ExampleBatch>(_ moment: TrainingMoment<Model, Batch>) {
    models.append(moment.model)
  }
}
