import Tensors

/// Examples side by side in tensors, for one training step.
public protocol ExampleBatch: TensorTree {
  /// How many examples there are.
  var count: Int { get }
}

/// Inputs and what a model should make of them.
public struct SampleBatch: ExampleBatch {
  /// [N, …].
  public let inputs: Tensor
  /// [N], int64, for classes; [N, …], floating point, for numbers or probabilities; [N, T], int64,
  /// for tokens.
  public let targets: Tensor
  /// [N], int64, where inputs of different lengths were padded along their first axis.
  public let lengths: Tensor?
  /// N.
  public let count: Int

  /// A batch; the tensors' first axes must be equally long.
  public init(inputs: Tensor, targets: Tensor, lengths: Tensor? = nil) {
    self.inputs = inputs
    self.targets = targets
    self.lengths = lengths
    count = inputs.shape[0]
  }
}

extension Batch: ExampleBatch {}

/// Where training data come from: batches in an order that the epoch alone decides, so that a run
/// can go on from any of them.
public protocol BatchSource<Batch>: Sendable {
  associatedtype Batch: ExampleBatch

  /// Batches in an epoch.
  var batchCount: Int { get }

  /// Examples in an epoch.
  var exampleCount: Int { get }

  /// The batches of an epoch from `first` on, the same at every call; a stream that starts later
  /// gives the same batches as one that was read up to there.
  func batches(epoch: Int, from first: Int) -> BatchStream<Batch>
}

/// Batches one after another. What makes them in the background ends with the stream.
public final class BatchStream<Batch> {
  private let advance: () throws(DatasetError) -> Batch?
  private let cancel: () -> Void

  /// A stream of what `advance` gives until it gives nil; `cancel` is called once, when nobody
  /// holds the stream any longer.
  public init(
    _ advance: @escaping () throws(DatasetError) -> Batch?, cancel: @escaping () -> Void = {}
  ) {
    self.advance = advance
    self.cancel = cancel
  }

  deinit { cancel() }

  /// The next batch; nil at the end of the epoch.
  ///
  /// - Throws: `DatasetError` when an example cannot be read.
  public func next() throws(DatasetError) -> Batch? { try advance() }
}

extension DataLoader: BatchSource {
  public func batches(epoch: Int, from first: Int) -> BatchStream<Batch> {
    var rest = batches(ofEpoch: epoch, from: first).makeIterator()
    return BatchStream { () throws(DatasetError) in rest.next() }
  }
}
