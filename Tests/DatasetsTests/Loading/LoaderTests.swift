import Arrays
import Datasets
import Synchronization
import Tensors
import Testing

/// Rows i ↦ [i, noise of its stream], some of which cannot be read.
struct Numbers: Dataset {
  let count: Int
  var broken: Set<Int> = []
  /// What every reading runs before.
  var before: @Sendable (Int) -> Void = { _ in }

  func example(at place: Int) throws(DatasetError) -> Int {
    before(place)
    if broken.contains(place) {
      throw DatasetError(
        .truncatedData, file: "\(place).png", found: "3 bytes", expected: "7 bytes")
    }
    return place
  }
}

/// A loader of `numbers`.
func loader(
  _ numbers: Numbers, batchSize: Int = 4, order: LoadingOrder = .shuffled, seed: UInt64 = 1,
  dropsLast: Bool = false, workers: Int = 2, prefetch: Int = 2, failures: FailurePolicy = .stop,
  batchTransform: (any Transform<SampleBatch, SampleBatch>)? = nil
) -> Loader {
  Loader(
    numbers, batchSize: batchSize, order: order, seed: seed, dropsLast: dropsLast,
    workers: workers, prefetch: prefetch, failures: failures, batchTransform: batchTransform
  ) { (number: Int, random: inout RandomScalars) throws(DatasetError) in
    Sample(Tensor([Float(number), Float(random.uniform())]), label: number)
  }
}

/// The batches of a stream as numbers.
func contents(_ stream: BatchStream<SampleBatch>) throws -> [[Float]] {
  var batches: [[Float]] = []
  while let batch = try stream.next() {
    batches.append(
      batch.inputs.scalars(as: Float.self) + batch.targets.scalars(as: Float.self))
  }
  return batches
}

/// The classes of a stream's batches.
func labels(_ stream: BatchStream<SampleBatch>) throws -> [[Int]] {
  var batches: [[Int]] = []
  while let batch = try stream.next() { batches.append(batch.targets.scalars(as: Int.self)) }
  return batches
}

@Suite struct LoaderTests {
  struct Case: Sendable {
    let workers: Int
    let prefetch: Int
  }

  static let cases = [0, 1, 2, 3, 8].flatMap { workers in
    [1, 2, 5].map { Case(workers: workers, prefetch: $0) }
  }

  @Test("batches are the same for every number of workers", arguments: cases)
  func sameBits(_ example: Case) throws {
    let numbers = Numbers(count: 53)
    let expected = try contents(loader(numbers, workers: 0).batches(epoch: 3))
    let dealt = loader(numbers, workers: example.workers, prefetch: example.prefetch)
    #expect(try contents(dealt.batches(epoch: 3)) == expected)
    #expect(expected.count == 14 && expected[13].count == 3)
  }

  static let orders: [LoadingOrder] = [
    .sequential, .shuffled, .weighted((0..<53).map { Double($0 % 5) }, count: 70),
    .bucketed(lengths: (0..<53).map { $0 * 7 % 11 }),
  ]

  @Test("a stream from a batch on is the tail of the whole", arguments: orders)
  func tail(_ order: LoadingOrder) throws {
    let dealt = loader(Numbers(count: 53), order: order)
    let whole = try contents(dealt.batches(epoch: 2))
    #expect(whole.count == dealt.batchCount)
    for first in [0, 1, 7, whole.count - 1, whole.count, whole.count + 3] {
      #expect(try contents(dealt.batches(epoch: 2, from: first)) == Array(whole.dropFirst(first)))
    }
  }

  @Test("an epoch has every example once, in another order than the next")
  func shuffles() throws {
    let dealt = loader(Numbers(count: 53))
    let (first, second) = (
      try labels(dealt.batches(epoch: 0)).flatMap { $0 },
      try labels(dealt.batches(epoch: 1)).flatMap { $0 }
    )
    #expect(first.sorted() == Array(0..<53) && second.sorted() == Array(0..<53))
    #expect(first != second && first != Array(0..<53))
    #expect(dealt.places(epoch: 0) == first)
  }

  @Test("what an example draws depends on seed, epoch and place, not on batch or order")
  func augmentations() throws {
    func noise(_ order: LoadingOrder, batchSize: Int, epoch: Int, seed: UInt64 = 1) throws
      -> [Int: Float]
    {
      var found: [Int: Float] = [:]
      let stream = loader(Numbers(count: 53), batchSize: batchSize, order: order, seed: seed)
        .batches(epoch: epoch)
      while let batch = try stream.next() {
        let (inputs, labels) = (
          batch.inputs.scalars(as: Float.self), batch.targets.scalars(as: Int.self)
        )
        for (row, label) in labels.enumerated() { found[label] = inputs[2 * row + 1] }
      }
      return found
    }
    let known = try noise(.shuffled, batchSize: 4, epoch: 0)
    #expect(try noise(.sequential, batchSize: 7, epoch: 0) == known)
    #expect(try noise(.shuffled, batchSize: 4, epoch: 1) != known)
    #expect(try noise(.shuffled, batchSize: 4, epoch: 0, seed: 2) != known)
    #expect(Set(known.values).count == 53)
  }

  @Test("an example that is drawn twice is changed in two ways")
  func replacements() throws {
    var weights = [Double](repeating: 0, count: 5)
    weights[3] = 1
    let dealt = loader(Numbers(count: 5), order: .weighted(weights, count: 12))
    let rows = try contents(dealt.batches(epoch: 0)).flatMap { $0.prefix(8) }
    let noise = stride(from: 1, to: rows.count, by: 2).map { rows[$0] }
    #expect(stride(from: 0, to: rows.count, by: 2).allSatisfy { rows[$0] == 3 })
    #expect(Set(noise).count == 12)
  }

  @Test("examples are drawn as often as their weights say")
  func weights() throws {
    let dealt = loader(
      Numbers(count: 4), batchSize: 1000, order: .weighted([1, 0, 2, 5], count: 80_000))
    var counts = [0, 0, 0, 0]
    for place in dealt.places(epoch: 0) { counts[place] += 1 }
    #expect(counts[1] == 0)
    // Five standard deviations of a binomial count.
    for (count, share) in zip(counts, [0.125, 0, 0.25, 0.625]) {
      let expected = 80_000 * share
      let deviation: Double = (expected * (1 - share)).squareRoot()
      #expect(abs(Double(count) - expected) <= 5 * deviation)
    }
    let balanced = LoadingOrder.balanced([0, 0, 0, 1])
    let third = 1.0 / 3
    #expect(balanced == .weighted([third, third, third, 1]))
  }

  @Test("buckets put examples of similar length together, and pad little")
  func buckets() throws {
    let lengths = (0..<1000).map { $0 * 37 % 101 + 1 }
    let ragged = ArrayDataset(lengths)
    func padded(_ order: LoadingOrder) throws -> (tokens: Int, seen: [Int]) {
      let stream = Loader(
        ragged, batchSize: 8, order: order, seed: 1, padding: LengthPadding(value: -1)
      ) {
        (length: Int, _: inout RandomScalars) throws(DatasetError) in
        Sample(Tensor([Float](repeating: 1, count: length)), label: length)
      }.batches(epoch: 0)
      var (tokens, seen) = (0, [Int]())
      while let batch = try stream.next() {
        tokens += batch.inputs.count
        let lengths = try #require(batch.lengths).scalars(as: Int.self)
        #expect(lengths == batch.targets.scalars(as: Int.self))
        #expect(batch.inputs.shape == [batch.count, try #require(lengths.max())])
        seen += lengths
      }
      return (tokens, seen)
    }
    let (plain, bucketed) = (try padded(.shuffled), try padded(.bucketed(lengths: lengths)))
    let least = lengths.reduce(0, +)
    #expect(bucketed.seen.sorted() == lengths.sorted())
    #expect(Double(bucketed.tokens) < 1.03 * Double(least))
    #expect(Double(plain.tokens) > 1.5 * Double(least))
  }

  @Test("padding fills up at the end", arguments: [1, 4])
  func pads(multiple: Int) throws {
    let rows: [[Float]] = [[1, 2], [3], [], [4, 5, 6]]
    let loader = Loader(
      ArrayDataset(rows), batchSize: 4,
      padding: LengthPadding(value: 9, targetValue: 7, multiple: multiple)
    ) { (row: [Float], _: inout RandomScalars) throws(DatasetError) in
      Sample(Tensor(row), target: Tensor(row.map { Int($0) }))
    }
    let batch = try #require(try loader.batches(epoch: 0).next())
    let width = multiple == 1 ? 3 : 4
    let filled = rows.map { $0 + Array(repeating: Float(9), count: width - $0.count) }
    #expect(batch.inputs.scalars(as: Float.self) == filled.flatMap { $0 })
    #expect(batch.inputs.shape == [4, width] && batch.targets.shape == [4, width])
    #expect(batch.targets.scalars(as: Int.self).filter { $0 == 7 }.count == 4 * width - 6)
    #expect(batch.lengths?.scalars(as: Int.self) == [2, 1, 0, 3])
  }

  @Test("targets that are no sequences keep their length")
  func padsInputsAlone() throws {
    let samples = [1, 2].map { count in
      Sample(
        Tensor([Float](repeating: 1, count: count)), target: Tensor([0, 0.25, 0.75] as [Float]))
    }
    let batch = try SampleBatch(stacking: samples, padding: LengthPadding(multiple: 8))
    #expect(batch.inputs.shape == [2, 8] && batch.targets.shape == [2, 3])
  }

  @Test("batches of similar length differ from epoch to epoch, and leave out others each time")
  func bucketsDiffer() throws {
    let dealt = loader(
      Numbers(count: 42), order: .bucketed(lengths: (0..<42).map { $0 < 2 ? 100 : 5 }),
      dropsLast: true)
    let epochs = try (0..<6).map { try labels(dealt.batches(epoch: $0)) }
    #expect(Set(epochs.map { Set($0.map { Set($0) }) }).count == 6)
    let left = epochs.map { Set(0..<42).subtracting($0.flatMap { $0 }) }
    #expect(left.allSatisfy { $0.count == 2 } && Set(left).count > 3)
    #expect(left.contains { $0.isDisjoint(with: [0, 1]) })
  }

  @Test("a batch transform depends on seed, epoch and the batch's number")
  func batchTransforms() throws {
    func dealt(_ workers: Int) -> Loader {
      loader(
        Numbers(count: 10), batchSize: 3, workers: workers,
        batchTransform: MixUp(alpha: 1, classCount: 10))
    }
    let whole = try contents(dealt(0).batches(epoch: 1))
    #expect(try contents(dealt(3).batches(epoch: 1)) == whole)
    #expect(try contents(dealt(3).batches(epoch: 1, from: 2)) == Array(whole.dropFirst(2)))
  }
}
