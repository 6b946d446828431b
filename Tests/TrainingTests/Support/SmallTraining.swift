import Myelin

/// A classifier of four features that a test can train in a blink.
struct SmallClassifier: Module {
  var hidden = Linear(4, 16)
  var output = Linear(16, 3)

  func callAsFunction(_ x: Tensor) -> Tensor { output(relu(hidden(x))) }

  static func make(seed: UInt64 = 1) -> SmallClassifier {
    withRandomSeed(seed) { SmallClassifier() }
  }
}

extension Objective where Batch == SampleBatch {
  /// The cross entropy of a model's scores.
  static func classifier(
    _ forward: @escaping @Sendable (Model, Tensor) -> Tensor
  ) -> Objective {
    Objective(
      forward: { forward($0, $1.inputs) }, loss: { crossEntropy($0, $1.targets) },
      targets: { $0.targets })
  }
}

/// Clouds of points around three centres.
func smallBatch(_ count: Int = 48, seed: UInt64 = 7) -> SampleBatch {
  var random = RandomSource(seed: seed)
  let noise = random.normal([count, 4]).scalars(as: Float.self)
  let numbers = noise.enumerated().map { index, number in
    0.3 * number + (index / 4 % 3 == index % 4 ? 1.5 : 0)
  }
  return SampleBatch(
    inputs: Tensor(numbers, shape: [count, 4]), targets: Tensor((0..<count).map { $0 % 3 }))
}

/// The same few batches in every epoch.
struct SmallSource: BatchSource {
  var seeds: [UInt64] = [1, 2, 3, 4]
  var batchCount: Int { seeds.count }
  var exampleCount: Int { 48 * seeds.count }

  func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
    var rest = seeds.dropFirst(first)
    return BatchStream { () throws(DatasetError) in
      rest.popFirst().map { smallBatch(seed: $0 &+ UInt64(epoch) &* 100) }
    }
  }
}
