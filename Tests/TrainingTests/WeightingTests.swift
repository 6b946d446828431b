import Foundation
import Myelin
import Testing

/// Losses that are means over something else than examples.
@Suite struct WeightingTests {
  /// Next-token prediction in which padding, token 0, counts nothing.
  private struct Model: Module {
    var embedding = Embedding(7, 8)
    var output = Linear(8, 7)
    func callAsFunction(_ x: Tensor) -> Tensor { output(embedding(x)) }
  }

  private struct Source: BatchSource {
    let parts: [SampleBatch]
    var batchCount: Int { parts.count }
    var exampleCount: Int { parts.reduce(0) { $0 + $1.count } }
    func batches(epoch: Int, from first: Int) -> BatchStream<SampleBatch> {
      var rest = parts.dropFirst(first)
      return BatchStream { () throws(DatasetError) in rest.popFirst() }
    }
  }

  private static let objective = Objective<Model, SampleBatch>(
    forward: { $0($1.inputs).reshaped(to: [-1, 7]) },
    loss: { crossEntropy($0, $1.targets.reshaped(to: [-1]), ignoring: 0) },
    targets: { $0.targets.reshaped(to: [-1]) }
  ).counting(targetsBut: 0)

  /// Sentences of 5, 4, 1 and 0 tokens, padded to 5: two batches of two are unlike in what counts, and
  /// two more have nothing that does.
  private func batch(_ lengths: [Int]) -> SampleBatch {
    let targets = lengths.flatMap { length in
      (0..<5).map { $0 < length ? 1 + ($0 * 3 + length) % 6 : 0 }
    }
    let inputs = lengths.flatMap { length in (0..<5).map { ($0 + length) % 7 } }
    return SampleBatch(
      inputs: Tensor(inputs, shape: [lengths.count, 5]),
      targets: Tensor(targets, shape: [lengths.count, 5]))
  }

  private func train(
    _ parts: [[Int]], batchesPerStep: Int
  ) throws -> Trainer<Model, SGD, SampleBatch> {
    var options = TrainerOptions()
    options.length = .epochs(3)
    options.batchesPerStep = batchesPerStep
    var trainer = Trainer(
      model: withRandomSeed(4) { Model() }, optimizer: SGD(learningRate: 0.5),
      objective: Self.objective, metrics: [Perplexity(ignoring: 0)], options: options)
    _ = try trainer.run(on: Source(parts: parts.map(batch)))
    return trainer
  }

  @Test(
    arguments: [[[5, 4], [1, 0]], [[5, 4], [1, 0], [0, 0]], [[0], [5, 4, 1], [0]]] as [[[Int]]])
  func summedBatchesEqualAWholeOne(_ parts: [[Int]]) throws {
    let whole = try train([[5, 4, 1, 0]], batchesPerStep: 1)
    let summed = try train(parts, batchesPerStep: parts.count)
    #expect(summed.step == 3)
    for (a, b) in zip(whole.model.namedTensors, summed.model.namedTensors) {
      for (x, y) in zip(a.tensor.scalars(as: Float.self), b.tensor.scalars(as: Float.self)) {
        #expect(abs(x - y) < 1e-6, "\(a.path)")
      }
    }
  }

  @Test func validationEqualsAWholeBatch() throws {
    let trainer = try train([[5, 4, 1, 0]], batchesPerStep: 1)
    let whole = try trainer.evaluate(on: Source(parts: [batch([5, 4, 1, 0])]))
    let parts = try trainer.evaluate(on: Source(parts: [[5, 4], [1, 0], [0, 0]].map(batch)))
    #expect(abs(whole.loss - parts.loss) < 1e-6)
    #expect(abs((parts.values["perplexity"] ?? 0) - Foundation.exp(parts.loss)) < 1e-5)
    #expect(parts.examples == 6)
  }

  /// A batch without anything that counts changes nothing and stops nothing.
  @Test func aBatchOfPaddingAloneIsLeftOut() throws {
    let with = try train([[5, 4], [0, 0]], batchesPerStep: 1)
    let without = try train([[5, 4]], batchesPerStep: 1)
    #expect(with.step == 6 && without.step == 3)
    for (a, b) in zip(with.model.namedTensors, without.model.namedTensors) {
      #expect(a.tensor.scalars(as: Float.self) == b.tensor.scalars(as: Float.self), "\(a.path)")
    }
  }

  @Test func paddingInEverySumIsLeftOut() throws {
    let with = try train([[5, 4], [1], [0, 0], [0]], batchesPerStep: 2)
    let without = try train([[5, 4], [1]], batchesPerStep: 2)
    for (a, b) in zip(with.model.namedTensors, without.model.namedTensors) {
      #expect(a.tensor.scalars(as: Float.self) == b.tensor.scalars(as: Float.self), "\(a.path)")
    }
  }
}
