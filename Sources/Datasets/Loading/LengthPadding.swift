/// How examples of different lengths are put side by side: each is filled up at the end of its
/// first axis to the length of the longest in the batch.
public struct LengthPadding: Sendable, Hashable {
  /// What inputs are filled with.
  public var value: Double
  /// What targets are filled with where they differ in length too: for tokens a label that the loss
  /// ignores.
  public var targetValue: Double
  /// Lengths are rounded up to a multiple of it, so that a compiled step sees few shapes.
  public var multiple: Int

  /// Padding; `multiple` must be positive.
  public init(value: Double = 0, targetValue: Double = 0, multiple: Int = 1) {
    self.value = value
    self.targetValue = targetValue
    self.multiple = multiple
  }
}
