import Arrays
import Tensors

/// Some images and their classes, ready for a training step.
public struct Batch: TensorTree {
  /// [N, C, H, W], float32 from 0 to 1.
  public let images: Tensor
  /// [N], int64.
  public let labels: Tensor
  /// N.
  public let count: Int
}

/// Deals a data set out in batches, in an order that only the seed and the epoch decide.
///
/// ```swift
/// let loader = DataLoader(training, batchSize: 64, seed: 1)
/// for epoch in 0..<10 {
///   for batch in loader.epoch(epoch) { … }
/// }
/// ```
/// An empty data set gives no batch; one that is smaller than `batchSize` gives a single small one
/// (none with `dropsLast`).
public struct DataLoader: Sendable {
  /// What is dealt out.
  public let dataset: LabelledImages
  /// Images in a batch.
  public let batchSize: Int
  /// Decides the order and the shifts of each epoch. Nil keeps the data set's own order.
  public let seed: UInt64?
  /// Whether a last batch of fewer than `batchSize` images is left out.
  public let dropsLast: Bool
  /// Augmentation: each image is moved by a whole number of pixels, at most this many, each way
  /// equally likely, along both axes; what comes in is zero. The move depends on the seed, the
  /// epoch and the image, not on the batch size.
  public let largestShift: Int

  /// Creates a loader; stops when `batchSize` is not positive, or when images are to be shifted
  /// without a seed.
  public init(
    _ dataset: LabelledImages, batchSize: Int, seed: UInt64? = nil, dropsLast: Bool = false,
    largestShift: Int = 0
  ) {
    guard batchSize > 0 else { stop("DataLoader: batchSize is \(batchSize); it must be positive") }
    guard largestShift >= 0 else {
      stop("DataLoader: largestShift is \(largestShift); it must not be negative")
    }
    guard largestShift == 0 || seed != nil else { stop("DataLoader: largestShift needs a seed") }
    self.dataset = dataset
    self.batchSize = batchSize
    self.seed = seed
    self.dropsLast = dropsLast
    self.largestShift = largestShift
  }

  /// Batches in an epoch.
  public var batchCount: Int {
    dropsLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// Images in an epoch.
  public var exampleCount: Int { dropsLast ? batchCount * batchSize : dataset.count }

  /// The places of the data set in the order of this epoch.
  public func order(epoch: Int) -> [Int] {
    guard let seed else { return Array(0..<dataset.count) }
    var random = SeededStream.order.source(seed: seed, epoch: epoch)
    return random.permutation(dataset.count).scalars(as: Int.self)
  }

  /// The batches of an epoch, each made when it is asked for.
  public func epoch(_ number: Int) -> some Sequence<Batch> {
    batches(ofEpoch: number, from: 0)
  }

  /// The batches of an epoch from one on; those before it are not made.
  func batches(ofEpoch number: Int, from first: Int) -> some Sequence<Batch> {
    let order = order(epoch: number)
    let shifts = shifts(epoch: number)
    return (min(first, batchCount)..<batchCount).lazy.map { index in
      let places = order[(index * batchSize)..<min((index + 1) * batchSize, order.count)]
      return dataset.batch(places, shifts: shifts)
    }
  }

  /// The shift of each place of the data set in this epoch; none where images stay.
  private func shifts(epoch: Int) -> [Shift] {
    guard let seed, largestShift > 0 else { return [] }
    var random = SeededStream.shift.source(seed: seed, epoch: epoch)
    let (lower, upper) = (Double(-largestShift), Double(largestShift + 1))
    let pixels = random.uniform([dataset.count, 2], from: lower, to: upper, .int64)
      .scalars(as: Int.self)
    return (0..<dataset.count).map { Shift(down: pixels[2 * $0], right: pixels[2 * $0 + 1]) }
  }
}
