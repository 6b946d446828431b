import Arrays
import Tensors

extension Loader {
  /// A loader of any data set. Stops when `batchSize` or `prefetch` is not positive, or when the
  /// order's weights or lengths do not fit.
  ///
  /// - Parameters:
  ///   - dataset: What is dealt out.
  ///   - batchSize: Examples in a batch.
  ///   - order: In which order they come.
  ///   - seed: Decides the orders and what transforms draw.
  ///   - dropsLast: Whether a last batch of fewer than `batchSize` examples is left out.
  ///   - padding: How examples of different lengths are put side by side; nil where all have one
  ///     shape.
  ///   - workers: Threads that read examples; with 0, a batch is made when it is asked for.
  ///   - prefetch: How many batches may be finished or in work that nobody has taken.
  ///   - failures: What becomes of an example that cannot be read.
  ///   - smallestBatch: How many examples a batch has at least where unreadable ones are skipped and it
  ///     was to have as many: batch normalization, for one, cannot learn from a single one. It borrows
  ///     what it lacks from the epoch's beginning.
  ///   - batchTransform: Changes whole batches, as `MixUp` does.
  ///   - sample: Makes a sample of an example; several threads call it at once. It draws random
  ///     numbers from its second argument alone.
  public init<Source: Dataset>(
    _ dataset: Source, batchSize: Int, order: LoadingOrder = .sequential, seed: UInt64 = 0,
    dropsLast: Bool = false, padding: LengthPadding? = nil, workers: Int = Loader.defaultWorkers,
    prefetch: Int = 2, failures: FailurePolicy = .stop, smallestBatch: Int = 1,
    batchTransform: (any Transform<SampleBatch, SampleBatch>)? = nil,
    sample: @escaping @Sendable (Source.Example, inout RandomScalars) throws(DatasetError) -> Sample
  ) {
    self.init(
      count: dataset.count, batchSize: batchSize, order: order, seed: seed, dropsLast: dropsLast,
      padding: padding, workers: workers, prefetch: prefetch, failures: failures,
      smallestBatch: smallestBatch,
      making: .samples { (place, random) throws(DatasetError) in
        let example = try dataset.example(at: place)
        do throws(DatasetError) {
          return try sample(example, &random)
        } catch {
          throw error.reason == .unsuitedExample ? error.at("example \(place)") : error
        }
      }, batchTransform: batchTransform)
  }

  /// A loader of labelled pictures, sounds or others, which `transform` makes tensors; see
  /// `init(_:batchSize:order:seed:dropsLast:padding:workers:prefetch:failures:smallestBatch:batchTransform:sample:)`.
  public init<Source: Dataset, Value: Sendable>(
    _ dataset: Source, batchSize: Int, order: LoadingOrder = .sequential, seed: UInt64 = 0,
    dropsLast: Bool = false, padding: LengthPadding? = nil, workers: Int = Loader.defaultWorkers,
    prefetch: Int = 2, failures: FailurePolicy = .stop, smallestBatch: Int = 1,
    batchTransform: (any Transform<SampleBatch, SampleBatch>)? = nil,
    transform: some Transform<Value, Tensor>
  ) where Source.Example == Labelled<Value> {
    self.init(
      dataset, batchSize: batchSize, order: order, seed: seed, dropsLast: dropsLast,
      padding: padding, workers: workers, prefetch: prefetch, failures: failures,
      smallestBatch: smallestBatch, batchTransform: batchTransform
    ) { (example: Labelled<Value>, random: inout RandomScalars) throws(DatasetError) in
      Sample(try transform(example.value, using: &random), label: example.label)
    }
  }

  /// A loader of examples that are samples already; see
  /// `init(_:batchSize:order:seed:dropsLast:padding:workers:prefetch:failures:smallestBatch:batchTransform:sample:)`.
  public init<Source: Dataset>(
    _ dataset: Source, batchSize: Int, order: LoadingOrder = .sequential, seed: UInt64 = 0,
    dropsLast: Bool = false, padding: LengthPadding? = nil, workers: Int = Loader.defaultWorkers,
    prefetch: Int = 2, failures: FailurePolicy = .stop, smallestBatch: Int = 1,
    batchTransform: (any Transform<SampleBatch, SampleBatch>)? = nil
  ) where Source.Example == Sample {
    self.init(
      dataset, batchSize: batchSize, order: order, seed: seed, dropsLast: dropsLast,
      padding: padding, workers: workers, prefetch: prefetch, failures: failures,
      smallestBatch: smallestBatch, batchTransform: batchTransform
    ) { (sample: Sample, _: inout RandomScalars) throws(DatasetError) in sample }
  }

  /// A loader of what lies in memory as a batch wants it: rows of tensors, `LabelledImages`. Each
  /// batch is copied when it is asked for, which costs less than handing it from thread to thread.
  public init(
    gathering dataset: some GatherableDataset, batchSize: Int, order: LoadingOrder = .sequential,
    seed: UInt64 = 0, dropsLast: Bool = false,
    batchTransform: (any Transform<SampleBatch, SampleBatch>)? = nil
  ) {
    self.init(
      count: dataset.count, batchSize: batchSize, order: order, seed: seed, dropsLast: dropsLast,
      padding: nil, workers: 0, prefetch: 1, failures: .stop,
      making: .gathering { (places) throws(DatasetError) in try dataset.gathered(places) },
      batchTransform: batchTransform)
  }
}
