import Arrays
import Tensors

/// Some windows of a sequence, ready for a training step.
public struct WindowBatch: TensorTree {
  /// What was: [N, length, …].
  public let inputs: Tensor
  /// What came next: [N, horizon, …].
  public let targets: Tensor
  /// N.
  public let count: Int
}

/// Examples for forecasting: windows that slide along a sequence, each with what came after it.
///
/// The window with the *origin* t is given steps t − length ..< t and is to predict steps
/// t ..< t + horizon. Neighbours overlap, and so must be parted by time, not by chance: `predicting`
/// keeps the windows whose targets lie in a span.
///
/// ```swift
/// let windows = SlidingWindows(features, targets: values, length: 24, horizon: 12)
/// let (training, test) = (windows.predicting(0..<400), windows.predicting(400..<500))
/// for batch in training.epoch(0, batchSize: 32, seed: 1) { … }
/// ```
public struct SlidingWindows: Sendable {
  /// What a prediction may see, [steps, …].
  public let inputs: Tensor
  /// What is to be predicted, [steps, …].
  public let targets: Tensor
  /// Steps that a prediction sees.
  public let length: Int
  /// Steps that it is to predict.
  public let horizon: Int
  /// The first step that each window is to predict.
  public let origins: [Int]

  /// All windows of a sequence; none where it is shorter than `length` + `horizon`. Stops when a
  /// length is not positive or the tensors have not equally many steps.
  ///
  /// - Parameters:
  ///   - inputs: What a prediction may see, [steps, …].
  ///   - targets: What is to be predicted, [steps, …]; the inputs themselves where nothing is given.
  ///   - length: Steps that a prediction sees.
  ///   - horizon: Steps that it is to predict.
  ///   - stride: Steps from one origin to the next.
  public init(
    _ inputs: Tensor, targets: Tensor? = nil, length: Int, horizon: Int, stride: Int = 1
  ) {
    for (name, value) in [("length", length), ("horizon", horizon), ("stride", stride)] {
      guard value > 0 else { stop("SlidingWindows: \(name) is \(value); it must be positive") }
    }
    let targets = targets ?? inputs
    guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
      stop(
        "SlidingWindows: inputs \(inputs.shape) and targets \(targets.shape) need equally many "
          + "steps on axis 0")
    }
    self.init(
      inputs, targets, length: length, horizon: horizon,
      origins: Array(Swift.stride(from: length, through: inputs.shape[0] - horizon, by: stride)))
  }

  private init(
    _ inputs: Tensor, _ targets: Tensor, length: Int, horizon: Int, origins: [Int]
  ) {
    self.inputs = inputs
    self.targets = targets
    self.length = length
    self.horizon = horizon
    self.origins = origins
  }

  /// The number of windows.
  public var count: Int { origins.count }

  /// The windows all of whose targets lie in a span of steps. What they see may lie before it: at
  /// the time of the forecast that is known.
  public func predicting(_ span: Range<Int>) -> SlidingWindows {
    SlidingWindows(
      inputs, targets, length: length, horizon: horizon,
      origins: origins.filter { span.lowerBound <= $0 && $0 + horizon <= span.upperBound })
  }

  /// The windows of these places of `origins`, in this order; a place may occur more than once. Stops
  /// at a place outside 0 ..< count.
  public func batch(_ places: [Int]) -> WindowBatch {
    if let wrong = places.first(where: { !(0..<count).contains($0) }) {
      stop("SlidingWindows.batch: place \(wrong) is not one of 0 ..< \(count)")
    }
    let origins = places.map { self.origins[$0] }
    return WindowBatch(
      inputs: steps(of: inputs, -length..<0, origins),
      targets: steps(of: targets, 0..<horizon, origins), count: places.count)
  }

  /// All windows as one batch, in the order of time.
  public var all: WindowBatch { batch(Array(0..<count)) }

  /// The batches of an epoch, in an order that only the seed and the epoch decide; each is made when
  /// it is asked for, and the last may be smaller. Stops when `batchSize` is not positive.
  ///
  /// - Parameters:
  ///   - number: The epoch.
  ///   - batchSize: Windows in a batch.
  ///   - seed: Decides the order; nil keeps that of time.
  public func epoch(_ number: Int, batchSize: Int, seed: UInt64?) -> some Sequence<WindowBatch> {
    guard batchSize > 0 else {
      stop("SlidingWindows: batchSize is \(batchSize); it must be positive")
    }
    var order = Array(0..<count)
    if let seed {
      var random = SeededStream.order.source(seed: seed, epoch: number)
      order = random.permutation(count).scalars(as: Int.self)
    }
    return stride(from: 0, to: count, by: batchSize).lazy.map { [order] start in
      batch(Array(order[start..<min(start + batchSize, count)]))
    }
  }

  /// Steps of a sequence at places relative to each origin: [origins, places, …].
  private func steps(of sequence: Tensor, _ places: Range<Int>, _ origins: [Int]) -> Tensor {
    let indices = origins.flatMap { origin in places.map { origin + $0 } }
    return sequence.take(Tensor(indices, shape: [origins.count, places.count]), along: 0)
  }
}
