import Tensors

/// A number that says how good outputs are, gathered batch by batch.
///
///     var accuracy = Accuracy()
///     for batch in loader { accuracy.update(model(batch.inputs), batch.targets) }
///     print(accuracy.value)
///
/// What needs tensors and what needs memory are apart: `observation(of:_:)` computes what the metric
/// wants to know of a batch in tensor operations, so that it can be a part of a compiled step, and
/// `add(_:)` keeps it. Every example counts once, so that a smaller last batch weighs less.
///
/// A value that is not defined, as that of no examples, is NaN.
public protocol Metric: Sendable {
  /// The name under which logs have the value, for example `accuracy`.
  var name: String { get }

  /// The value for all that was added.
  var value: Double { get }

  /// What is to be known of a batch: a few tensors, always as many. Stops where the shapes do not
  /// fit the metric.
  func observation(of outputs: Tensor, _ targets: Tensor) -> [Tensor]

  /// Takes note of an observation.
  mutating func add(_ observation: [Tensor])

  /// Takes note of all that another metric of the same settings has noted.
  mutating func merge(_ other: Self)

  /// All that was noted, as numbers, for a checkpoint.
  var record: [Double] { get }

  /// Goes back to where `record` was made; false, and nothing changes, where it is of another
  /// metric.
  mutating func restore(_ record: [Double]) -> Bool
}

extension Metric {
  /// Takes note of a batch of outputs and what they should be.
  public mutating func update(_ outputs: Tensor, _ targets: Tensor) {
    add(observation(of: outputs.detached(), targets.detached()))
  }

  /// The same as another metric, if it is of this type.
  mutating func merge(any other: any Metric) {
    if let other = other as? Self { merge(other) }
  }
}
