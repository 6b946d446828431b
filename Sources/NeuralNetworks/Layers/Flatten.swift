import Arrays
import Tensors

/// The axes from `start` to `end` (both included) as one: [N, C, H, W] → [N, C · H · W] by default.
public struct Flatten: Layer {
  /// The first axis of those that become one.
  public let start: Int
  /// The last axis of those that become one.
  public let end: Int

  /// Negative axes count from the end.
  public init(from start: Int = 1, to end: Int = -1) {
    self.start = start
    self.end = end
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    let first = Axes.require(start, rank: input.rank, in: "Flatten")
    let last = Axes.require(end, rank: input.rank, in: "Flatten")
    if last < first { stop("Flatten: axis \(end) of \(input.shape) lies before axis \(start)") }
    let lengths = input.shape.lengths
    return input.reshaped(
      to: Shape(
        lengths[..<first] + [lengths[first...last].reduce(1, *)] + lengths[(last + 1)...]))
  }
}
