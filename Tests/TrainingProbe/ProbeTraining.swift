import Myelin

/// A small training in which everything that a checkpoint must keep is at work, for tests that stop
/// it and let it go on.
package enum ProbeTraining: String, Sendable, CaseIterable {
  /// Two batches a step, averaged weights, a learning rate that follows a metric, early stopping that
  /// counts, a validated average.
  case summed
  /// A batch a step, a schedule, norms of gradients.
  case plain
  /// float16 with a scaled loss.
  case half

  /// A network with a random stream and running statistics.
  package struct Network: Module {
    var hidden = Linear(6, 16)
    var normalization = BatchNorm1D(16)
    var dropout = Dropout(0.2)
    var output = Linear(16, 3)

    package func callAsFunction(_ x: Tensor) -> Tensor {
      output(dropout(relu(normalization(hidden(x)))))
    }
  }

  /// A trainer at its beginning, always the same one.
  package func makeTrainer() -> Trainer<Network, AdamW, SampleBatch> {
    var options = TrainerOptions()
    options.length = .epochs(6)
    options.checkpointInterval = .steps(3)
    options.logInterval = 4
    options.best = Monitor("accuracy", .maximum)
    var rate = LearningRate.schedule(CosineSchedule(from: 0.01, steps: 54))
    switch self {
    case .summed:
      options.batchesPerStep = 2
      options.averaging = WeightAveraging(decay: 0.9)
      options.earlyStopping = EarlyStopping(patience: 50)
      rate = .plateau(ReduceOnPlateau(from: 0.01, factor: 0.5, patience: 0), metric: "loss")
    case .plain: options.measuresGradientNorm = true
    case .half:
      options.mixedPrecision = .float16
      options.validationInterval = .steps(5)
    }
    var optimizer = AdamW(learningRate: 0.01)
    optimizer.groups = [ParameterGroup(decoupledDecay: 0) { $0.hasSuffix("bias") }]
    return Trainer(
      model: withRandomSeed(3) { Network() }, optimizer: optimizer, learningRate: rate,
      metrics: [Accuracy(), ROCAUC(), F1(classCount: 3)], options: options,
      forward: { model, batch in model(batch.inputs) },
      loss: { outputs, batch in crossEntropy(outputs, batch.targets) })
  }

  /// What it learns from: 70 examples in nine batches, the last one smaller, in another order in each
  /// epoch.
  package static let source = ProbeSource(count: 70, batchSize: 8, seed: 1)
  /// What it is tested on.
  package static let validation = ProbeSource(count: 20, batchSize: 8, seed: 2)
}

/// Examples of three classes that a line of six numbers tells apart, mostly.
package struct ProbeSource: BatchSource {
  package let exampleCount: Int
  package let batchSize: Int
  package let seed: UInt64

  package init(count: Int, batchSize: Int, seed: UInt64) {
    exampleCount = count
    self.batchSize = batchSize
    self.seed = seed
  }

  package var batchCount: Int { (exampleCount + batchSize - 1) / batchSize }

  package func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
    var random = RandomSource(seed: seed)
    let inputs = random.normal([exampleCount, 6])
    let labels =
      (inputs[.all, 0] + inputs[.all, 1] .> 0.3).to(.int64)
      + (inputs[.all, 2] .> 0.5).to(.int64)
    var order = RandomSource(seed: seed &+ 100 &+ UInt64(epoch))
    let places = order.permutation(exampleCount)
    var next = first
    return BatchStream { () throws(DatasetError) in
      guard next < batchCount else { return nil }
      let range = next * batchSize..<min((next + 1) * batchSize, exampleCount)
      let chosen = Tensor(Array(places.scalars(as: Int.self)[range]))
      next += 1
      return SampleBatch(inputs: inputs.take(chosen), targets: labels.take(chosen))
    }
  }
}
