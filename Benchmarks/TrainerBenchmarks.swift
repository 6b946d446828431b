import Foundation
import Myelin

/// What a `Trainer` costs over a loop written by hand, on 784-512-256-10 with batches of 128 and on a
/// network of hardly any arithmetic, and what 16 bits cost or save; and what looking at tensors costs.
enum TrainerBenchmarks {
  private struct Network: Layer {
    var hidden1: Linear
    var hidden2: Linear
    var output: Linear

    init(_ size: Size) {
      let widths = size.widths
      hidden1 = Linear(widths[0], widths[1])
      hidden2 = Linear(widths[1], widths[2])
      output = Linear(widths[2], 10)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden2(relu(hidden1(x))))) }
  }

  private struct State: TensorTree {
    var model: Network
    var optimizer = Adam(learningRate: 1e-3)
  }

  /// The same batch over and over, 469 times an epoch, as MNIST has them.
  private struct Source: BatchSource {
    let batch: SampleBatch
    let batchCount = 469
    var exampleCount: Int { batchCount * batch.count }

    func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
      var next = first
      return BatchStream { () throws(DatasetError) in
        next += 1
        return next > batchCount ? nil : batch
      }
    }
  }

  private enum Size: String, CaseIterable {
    case small, mlp

    var widths: [Int] { self == .small ? [4, 4, 4] : [784, 512, 256] }
    var batchSize: Int { self == .small ? 4 : 128 }
    /// As many batches as there are between two states that a trainer keeps, or a multiple of it.
    var steps: Int { self == .small ? 2_000 : 500 }
    var windows: Int { self == .small ? 100 : 20 }

    var batch: SampleBatch {
      var random = RandomSource(seed: 0)
      return SampleBatch(
        inputs: random.uniform([batchSize, widths[0]]),
        targets: random.uniform([batchSize], from: 0, to: 10, .int64))
    }
  }

  static func run() {
    for size in Size.allCases {
      compare("\(size), loss", size, handLoop(size), trainerLoop(size, []))
      compare(
        "\(size), loss and accuracy", size, handLoopWithAccuracy(size),
        trainerLoop(size, [Accuracy()]))
      compare(
        "\(size), tracing NaN", size, trainerLoop(size, []) { $0.tracesDivergence = false },
        trainerLoop(size, []), names: ("without", "with"))
    }
    var random = RandomSource(seed: 1)
    let tensor = random.normal([1_000_000])
    report(
      "a million float32: a line of digests",
      Timing(repetitions: 1) { _ = StepDigests(of: [tensor], step: 1) })
    checkMillionExamples()
    for precision in [nil] + MixedPrecision.allCases.map(Optional.init) {
      let steps = trainerLoop(.mlp, []) { $0.mixedPrecision = precision }
      let name = precision.map { "\($0)" } ?? "float32"
      report("mlp, \(name): two steps", Timing(windows: 10, repetitions: 1) { steps(2) })
    }
  }

  /// Alternates both in windows, and prints microseconds a step: the minimum and the median, and the
  /// median of the ratios of neighbours.
  private static func compare(
    _ name: String, _ size: Size, _ byHand: (Int) -> Void, _ byTrainer: (Int) -> Void,
    names: (String, String) = ("by hand", "trainer")
  ) {
    let (clock, count) = (ContinuousClock(), size.windows)
    var times: [(byHand: Double, byTrainer: Double)] = []
    for window in 0...count {
      func time(_ loop: (Int) -> Void) -> Double {
        clock.measure { loop(size.steps) } / .microseconds(size.steps)
      }
      let first = window % 2 == 0 ? time(byHand) : time(byTrainer)
      let second = window % 2 == 0 ? time(byTrainer) : time(byHand)
      if window > 0 { times.append(window % 2 == 0 ? (first, second) : (second, first)) }
    }
    for (words, times) in [
      (names.0, times.map(\.byHand)), (names.1, times.map(\.byTrainer)),
    ] {
      let sorted = times.sorted()
      report(
        "\(name), \(words)", "\(rounded(sorted[0])) µs, \(rounded(sorted[count / 2])) µs")
    }
    let ratios = times.map { $0.byTrainer / $0.byHand }.sorted()
    report("\(name), overhead", "\(rounded(100 * (ratios[count / 2] - 1))) %")
  }

  /// The memory that a million examples take in a check of data.
  private static func checkMillionExamples() {
    var check = DataCheck(classCount: 10)
    var random = RandomSource(seed: 1)
    let batches = (0..<10).map { _ in random.uniform([100_000, 4]) }
    let labels = random.uniform([100_000], from: 0, to: 10, .int64)
    let before = residentBytes
    let time = ContinuousClock().measure { for batch in batches { check.add(batch, labels) } }
    let bytes = Double(residentBytes - before) / 1e6
    report(
      "check of a million examples",
      "\(rounded(time / .seconds(1))) s, \(rounded(bytes)) B an example")
  }

  private static var residentBytes: Int {
    let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(
      separator: " ")
    return (words.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * 4096
  }

  private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }

  private static func handLoop(_ size: Size) -> (Int) -> Void {
    let step = compile { (state: inout State, batch: SampleBatch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &state.model) {
        crossEntropy($0(batch.inputs), batch.targets)
      }
      state.optimizer.update(&state.model, with: gradients)
      return loss
    }
    var state = State(model: withRandomSeed(0) { Network(size) })
    let batch = size.batch
    var total = 0.0
    return { steps in for _ in 0..<steps { total += step(&state, batch).item() } }
  }

  private static func handLoopWithAccuracy(_ size: Size) -> (Int) -> Void {
    let step = compile { (state: inout State, batch: SampleBatch) -> (Tensor, Tensor) in
      let (loss, right, gradients) = valueAndGradient(of: &state.model) { model in
        let outputs = model(batch.inputs)
        return (crossEntropy(outputs, batch.targets), accuracy(outputs, batch.targets))
      }
      state.optimizer.update(&state.model, with: gradients)
      return (loss, right)
    }
    var state = State(model: withRandomSeed(0) { Network(size) })
    let batch = size.batch
    var (total, rights) = (0.0, 0.0)
    return { steps in
      for _ in 0..<steps {
        let (loss, right) = step(&state, batch)
        total += loss.item()
        rights += right.item()
      }
    }
  }

  private static func trainerLoop(
    _ size: Size, _ metrics: [any Metric], _ change: (inout TrainerOptions) -> Void = { _ in }
  ) -> (Int) -> Void {
    var options = TrainerOptions()
    options.length = .epochs(1_000_000)
    change(&options)
    var trainer = Trainer(
      model: withRandomSeed(0) { Network(size) }, optimizer: Adam(learningRate: 1e-3),
      metrics: metrics, options: options, forward: { $0($1.inputs) },
      loss: { crossEntropy($0, $1.targets) })
    let source = Source(batch: size.batch)
    return { steps in
      var left = steps
      do {
        _ = try trainer.run(on: source) {
          left -= 1
          return left == 0
        }
      } catch {
        print(error)
      }
    }
  }
}
