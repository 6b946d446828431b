import Arrays
import Datasets
import Tensors
import Testing

@Suite struct SlidingWindowsTests {
  struct Sliding: Sendable {
    let steps: Int
    let length: Int
    let horizon: Int
    let stride: Int
    let origins: [Int]
  }

  static let slidings = [
    Sliding(steps: 6, length: 2, horizon: 1, stride: 1, origins: [2, 3, 4, 5]),
    Sliding(steps: 6, length: 2, horizon: 3, stride: 1, origins: [2, 3]),
    Sliding(steps: 9, length: 2, horizon: 3, stride: 3, origins: [2, 5]),
    Sliding(steps: 5, length: 2, horizon: 3, stride: 9, origins: [2]),
    Sliding(steps: 4, length: 2, horizon: 3, stride: 1, origins: []),
    Sliding(steps: 0, length: 1, horizon: 1, stride: 1, origins: []),
  ]

  @Test("what was, and what came next", arguments: slidings)
  func slides(_ example: Sliding) {
    let windows = SlidingWindows(
      Tensor.range(0..<example.steps), length: example.length, horizon: example.horizon,
      stride: example.stride)
    #expect(windows.origins == example.origins && windows.count == example.origins.count)
    let all = windows.all
    #expect(all.inputs.shape == [windows.count, example.length])
    #expect(all.targets.shape == [windows.count, example.horizon])
    for (row, origin) in example.origins.enumerated() {
      let batch = windows.batch([row])
      #expect(
        batch.inputs.scalars(as: Int.self) == Array(origin - example.length..<origin))
      #expect(
        batch.targets.scalars(as: Int.self) == Array(origin..<origin + example.horizon))
    }
  }

  @Test("inputs of several features, other targets")
  func keepsFeatures() {
    let inputs = Tensor.range(0..<20).reshaped(to: [10, 2])
    let windows = SlidingWindows(inputs, targets: Tensor.range(100..<110), length: 3, horizon: 2)
    let batch = windows.batch([5, 0])
    #expect(batch.inputs.shape == [2, 3, 2] && batch.targets.shape == [2, 2] && batch.count == 2)
    #expect(
      batch.inputs.scalars(as: Int.self) == [10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5])
    #expect(batch.targets.scalars(as: Int.self) == [108, 109, 103, 104])
  }

  @Test("no target is in two spans, and every target lies in its span")
  func partsInTime() {
    let windows = SlidingWindows(Tensor.range(0..<100), length: 10, horizon: 5)
    let spans = [0..<60, 60..<80, 80..<100]
    let parts = spans.map { windows.predicting($0) }
    #expect(parts.map(\.count) == [46, 16, 16])
    for (part, span) in zip(parts, spans) {
      let targets = part.all.targets.scalars(as: Int.self)
      #expect(targets.allSatisfy { span.contains($0) })
      #expect(Set(targets) == Set(max(span.lowerBound, 10)..<span.upperBound))
    }
    #expect(windows.predicting(0..<14).count == 0 && windows.predicting(40..<45).count == 1)
  }

  @Test("an epoch has every window once, in an order of the seed's and its own")
  func deals() {
    let windows = SlidingWindows(Tensor.range(0..<40), length: 4, horizon: 1)
    func order(_ epoch: Int, _ seed: UInt64?, batchSize: Int = 8) -> [Int] {
      windows.epoch(epoch, batchSize: batchSize, seed: seed)
        .flatMap { $0.targets.scalars(as: Int.self) }
    }
    #expect(order(3, nil) == Array(4..<40))
    #expect(order(0, 1).sorted() == Array(4..<40) && order(0, 1) == order(0, 1, batchSize: 5))
    #expect(order(0, 1) != order(1, 1) && order(0, 1) != order(0, 2))
    #expect(windows.epoch(0, batchSize: 8, seed: 1).map(\.count) == [8, 8, 8, 8, 4])
    #expect(Array(windows.predicting(0..<0).epoch(0, batchSize: 8, seed: 1)).isEmpty)
  }
}
