import Arrays
import CKernels
import Tensors

/// Deals any data set out in batches: reads and changes examples on threads of its own, ahead of the
/// training that takes them.
///
/// ```swift
/// let loader = Loader(
///   pictures, batchSize: 64, order: .shuffled, seed: 1,
///   transform: RandomResizedCrop(224).then(HorizontalFlip()).then(ToTensor()))
/// let stream = loader.batches(epoch: 0, from: 0)
/// while let batch = try stream.next() { … }
/// ```
///
/// Seed and epoch alone decide the order, and with the place of an example what its transforms
/// draw: batches are the same to the last bit for every number of workers, and a stream from batch k
/// on is the tail of the whole. So a pair (epoch, batch) is all that must be saved to go on.
public struct Loader: BatchSource {
  /// Examples in the data set.
  public let count: Int
  /// Examples in a batch.
  public let batchSize: Int
  /// In which order they come.
  public let order: LoadingOrder
  /// Decides the orders and what transforms draw.
  public let seed: UInt64
  /// Whether a last batch of fewer than `batchSize` examples is left out.
  public let dropsLast: Bool
  /// How examples of different lengths are put side by side; nil where all have one shape.
  public let padding: LengthPadding?
  /// Threads that read examples; with 0, a batch is made when it is asked for, by who asks.
  public let workers: Int
  /// How many batches may be finished or in work that nobody has taken: the bound on memory.
  public let prefetch: Int
  /// What becomes of an example that cannot be read.
  public let failures: FailurePolicy
  /// How many examples a batch has at least where unreadable ones are skipped and it was to have as
  /// many: it borrows from the epoch's beginning.
  public let smallestBatch: Int
  /// What was left out with `.skip`.
  public let skipped = SkippedExamples()

  /// How a batch is made.
  enum Making: Sendable {
    case samples(EpochWork.Making)
    case gathering(Gathering)
  }
  typealias Gathering = @Sendable (ArraySlice<Int>) throws(DatasetError) -> SampleBatch

  private let making: Making
  private let batchTransform: EpochWork.BatchTransform?

  /// As many workers as threads compute. They give way to those (their priority is lower).
  public static var defaultWorkers: Int { Int(kernel_team_size()) }

  init(
    count: Int, batchSize: Int, order: LoadingOrder, seed: UInt64, dropsLast: Bool,
    padding: LengthPadding?, workers: Int, prefetch: Int, failures: FailurePolicy,
    smallestBatch: Int = 1, making: Making, batchTransform: EpochWork.BatchTransform?
  ) {
    for (name, value) in [("batchSize", batchSize), ("prefetch", prefetch)] where value < 1 {
      stop("Loader: \(name) is \(value); it must be positive")
    }
    guard workers >= 0 else { stop("Loader: workers is \(workers); it must not be negative") }
    if let padding, padding.multiple < 1 {
      stop("Loader: padding's multiple is \(padding.multiple); it must be positive")
    }
    order.check(count: count)
    self.count = count
    self.batchSize = batchSize
    self.order = order
    self.seed = seed
    self.dropsLast = dropsLast
    self.padding = padding
    self.workers = workers
    self.prefetch = prefetch
    self.failures = failures
    self.smallestBatch = smallestBatch
    self.making = making
    self.batchTransform = batchTransform
  }

  public var batchCount: Int {
    let total = order.exampleCount(of: count)
    return dropsLast ? total / batchSize : (total + batchSize - 1) / batchSize
  }

  public var exampleCount: Int {
    dropsLast ? batchCount * batchSize : order.exampleCount(of: count)
  }

  /// The places of the data set in the order of an epoch, those of a dropped batch included.
  public func places(epoch: Int) -> [Int] {
    order.places(count: count, batchSize: batchSize, seed: seed, epoch: epoch)
  }

  public func batches(epoch: Int, from first: Int = 0) -> BatchStream<SampleBatch> {
    guard epoch >= 0, first >= 0 else {
      stop("Loader.batches: epoch \(epoch) from \(first): neither may be negative")
    }
    let plan = plan(epoch: epoch)
    switch making {
    case .gathering(let gather): return stream(plan, from: first, gather)
    case .samples(let make): return stream(plan, from: first, make)
    }
  }

  /// Batches that are gathered one by one, each when it is asked for.
  private func stream(
    _ plan: EpochPlan, from first: Int, _ gather: @escaping Gathering
  ) -> BatchStream<SampleBatch> {
    var next = first
    return BatchStream { () throws(DatasetError) in
      guard next < plan.batchCount else { return nil }
      defer { next += 1 }
      let batch = try gather(plan.places[plan.range(next)])
      guard let batchTransform else { return batch }
      var random = plan.random(ofBatch: next)
      return try batchTransform(batch, using: &random)
    }
  }

  /// Batches that are made of single examples, by the workers if there are any.
  private func stream(
    _ plan: EpochPlan, from first: Int, _ make: @escaping EpochWork.Making
  ) -> BatchStream<SampleBatch> {
    let skips = if case .skip = failures { true } else { false }
    let work = EpochWork(
      plan: plan, padding: padding, skips: skips, smallestBatch: smallestBatch, make: make,
      batchTransform: batchTransform)
    let pipeline = BatchPipeline(work, from: first, workers: workers, ahead: prefetch)
    return BatchStream(
      { () throws(DatasetError) in
        guard let outcome = pipeline.next() else { return nil }
        try note(outcome.skipped)
        return try outcome.batch.get()
      }, cancel: { pipeline.cancel() })
  }

  /// Counts what was left out of a batch when the batch is taken, so that when it becomes too much
  /// does not depend on the workers.
  private func note(_ skipped: [(place: Int, error: DatasetError)]) throws(DatasetError) {
    guard case .skip(let limit) = failures else { return }
    for (place, error) in skipped where self.skipped.add(place, error) > limit { throw error }
  }

  private func plan(epoch: Int) -> EpochPlan {
    let places = places(epoch: epoch)
    var occurrences: [Int] = []
    if case .weighted = order {
      var seen = [Int](repeating: 0, count: count)
      occurrences = places.map { place in
        defer { seen[place] += 1 }
        return seen[place]
      }
    }
    return EpochPlan(
      seed: seed, epoch: epoch, places: places, occurrences: occurrences, batchSize: batchSize,
      batchCount: batchCount)
  }
}
