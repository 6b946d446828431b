import Myelin
import Testing

@Suite struct LayerHealthTests {
  @Test func countsDeadUnits() {
    struct Network: Module {
      var convolution = Conv2D(1, 4, kernel: 1)
      var hidden = Linear(4 * 9, 6)
      func callAsFunction(_ x: Tensor) -> Tensor {
        relu(hidden(relu(convolution(x)).flattened()))
      }
    }
    var model = Network()
    model.convolution.weight = Tensor([1, 1, 1, 1] as [Float], shape: [4, 1, 1, 1])
    // Channel 2 is below zero wherever a pixel is below 1.
    model.convolution.bias = Tensor([0, 0.5, -1, 1] as [Float])
    model.hidden.weight = .zeros([6, 36])
    model.hidden.bias = Tensor([-1, -1, -1, -1, -1, 1] as [Float])
    let units = DeadUnits(of: model) { model(.full([5, 1, 3, 3], 0.5)) }
    #expect(units.layers.map(\.path) == ["convolution", "hidden"])
    #expect(units.layers.map(\.unitCount) == [4, 6])
    #expect(units.layers.map(\.deadCount) == [1, 5])
    #expect(units.findings.map(\.place) == ["hidden"])
    #expect(units.findings.first?.severity == .warning)
    #expect(units.findings.first?.figure.contains("all of 5 examples in 1 batch") == true)
  }

  /// 16 ReLU units behind weights that do not move: each fires for one number of 0..<16 alone, those
  /// from `alive` on never.
  private struct Selector: Module {
    let weight: Tensor
    let bias: Tensor
    var output = Linear(16, 3)

    init(alive: Int) {
      weight = Tensor((0..<256).map { $0 % 17 == 0 ? 1 : 0 } as [Float], shape: [16, 16])
      bias = Tensor((0..<16).map { $0 < alive ? -0.5 : -2 } as [Float])
    }

    func callAsFunction(_ x: Tensor) -> Tensor { output(relu(x.matmul(weight) + bias)) }
  }

  /// Batches of 16 examples of one number each, another one in the next batch.
  private struct Numbers: BatchSource {
    let batchCount: Int
    var exampleCount: Int { 16 * batchCount }

    func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
      var next = first
      return BatchStream { () throws(DatasetError) in
        guard next < batchCount else { return nil }
        defer { next += 1 }
        let row = (0..<16).map { $0 == next % 16 ? Float(1) : 0 }
        return SampleBatch(
          inputs: Tensor((0..<16).flatMap { _ in row }, shape: [16, 16]),
          targets: Tensor((0..<16).map { $0 % 3 }))
      }
    }
  }

  private func warnings(
    alive: Int, batchCount: Int, epochs: Int = 1
  ) throws -> [RunEvent] {
    let objective = Objective<Selector, SampleBatch>.classifier { model, inputs in model(inputs) }
    var options = TrainerOptions()
    options.length = .epochs(epochs)
    var trainer = Trainer(
      model: Selector(alive: alive), optimizer: SGD(learningRate: 0.01), objective: objective,
      options: options)
    return try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      _ = try trainer.run(
        on: Numbers(batchCount: batchCount), in: folder,
        callbacks: [DiagnosisCallback(objective, interval: 1000, binCount: 0)])
      return try folder.events().filter { $0.event == .warning }
    }
  }

  /// 15 of 16 units are zero for all of a batch, and each of them fires in another batch.
  @Test func aUnitThatFiresSeldomIsNotDead() throws {
    #expect(try warnings(alive: 16, batchCount: 200).isEmpty)
    #expect(try warnings(alive: 9, batchCount: 200).isEmpty)
  }

  @Test func aUnitThatNeverFiresIsDead() throws {
    let some = try warnings(alive: 3, batchCount: 200)
    #expect(
      some.map(\.text) == [
        "dead units: 13 of 16 units (81.3 %) are zero for all of 1,600 examples in 100 batches; "
          + "lower the learning rate, or use leakyReLU or gelu; look at the biases"
      ])
    #expect(some.first?.step == 100)
    #expect(try warnings(alive: 0, batchCount: 200).first?.text?.contains("16 of 16") == true)
    // All data there are.
    #expect(try warnings(alive: 2, batchCount: 20, epochs: 2).first?.step == 20)
  }

  @Test func aRunThatGoesOnDoesNotWarnAgain() throws {
    let objective = Objective<Selector, SampleBatch>.classifier { model, inputs in model(inputs) }
    try withTemporaryFolder { path in
      let folder = RunFolder(path + "/run")
      for epochs in [1, 2] {
        var options = TrainerOptions()
        options.length = .epochs(epochs)
        var trainer = Trainer(
          model: Selector(alive: 3), optimizer: SGD(learningRate: 0.01), objective: objective,
          options: options)
        _ = try trainer.run(
          on: Numbers(batchCount: 200), in: folder, resuming: epochs == 2,
          callbacks: [DiagnosisCallback(objective, interval: 10, binCount: 0, in: folder)])
      }
      #expect(try folder.events().filter { $0.event == .warning }.count == 1)
    }
  }

  @Test func findsGradientsThatVanishAndExplode() {
    let model = SmallClassifier.make()
    func gradients(_ factor: Double) -> SmallClassifier {
      var gradients = model.mapParameters { $0.onesLike() * 0.01 }
      gradients.hidden.weight = gradients.hidden.weight * factor
      gradients.hidden.bias = gradients.hidden.bias.map { $0 * factor }
      return gradients
    }
    let cases: [(factor: Double, kinds: [Finding.Kind])] = [
      (1, []), (1e-3, []), (1e-7, [.vanishingGradient]), (0, [.vanishingGradient]),
      (1e7, [.explodingGradient, .vanishingGradient]), (.nan, [.explodingGradient]),
    ]
    for (factor, kinds) in cases {
      let flow = GradientFlow(of: model, gradients: gradients(factor))
      #expect(flow.findings.map(\.kind) == kinds, "\(factor)")
      #expect(flow.layers.map(\.path) == ["hidden", "output"])
    }
    let flow = GradientFlow(of: model, gradients: gradients(1))
    #expect(abs(flow.layers[0].gradientNorm - 0.01 * 80.0.squareRoot()) < 1e-6)
    #expect(abs(flow.layers[0].typicalGradient - 0.01) < 1e-6)
  }

  @Test func countsHistograms() throws {
    let histogram = try #require(
      RunEvent.Histogram(of: Tensor([0, 1, 2, 3, 4, .nan] as [Float]), binCount: 4))
    #expect(histogram.edges == [0, 1, 2, 3, 4])
    #expect(histogram.counts == [1, 1, 1, 2])
    let alike = try #require(RunEvent.Histogram(of: Tensor([2, 2] as [Float]), binCount: 2))
    #expect(alike.edges == [1, 2, 3])
    #expect(alike.counts == [0, 2])
    #expect(RunEvent.Histogram(of: Tensor([.nan] as [Float])) == nil)
    #expect(RunEvent.Histogram(of: Tensor([] as [Float])) == nil)
  }
}
