import Arrays
import Tensors

/// Ways in which the same numbers can lie in memory.
enum MemoryLayoutVariant: CaseIterable, Sendable {
  /// Axes in reverse order.
  case transposed
  /// Negative strides.
  case reversed
  /// An offset, and gaps between rows.
  case inside
  /// Steps of two along every axis.
  case interleaved
  /// Channels (axis 1) innermost.
  case channelsLast

  /// The same numbers, lying in this way.
  func laying(_ x: Tensor) -> Tensor {
    let axes = Array(0..<x.rank)
    switch self {
    case .transposed: return laying(x, Array(axes.reversed()))
    case .channelsLast: return laying(x, x.rank < 3 ? axes : [0] + axes[2...] + [1])
    case .reversed: return x.flippedAll().contiguous().flippedAll()
    case .inside:
      return within(x, x.shape.map { AxisSlice(start: 1, count: $0) }, x.shape.map { $0 + 3 })
    case .interleaved:
      return within(
        x, x.shape.map { AxisSlice(start: 1, step: 2, count: $0) }, x.shape.map { 2 * $0 + 1 })
    }
  }

  /// `x` with its axes lying in memory in `order`, outermost first.
  private func laying(_ x: Tensor, _ order: [Int]) -> Tensor {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return x.permuted(order).contiguous().permuted(inverse)
  }

  private func within(_ x: Tensor, _ slices: [AxisSlice], _ lengths: [Int]) -> Tensor {
    apply(
      SlicePrimitive(slices), [apply(PlacePrimitive(slices, in: Shape(lengths)), [x])])
  }
}

extension Tensor {
  fileprivate func flippedAll() -> Tensor {
    apply(
      SlicePrimitive(
        shape.map {
          $0 == 0
            ? AxisSlice(start: 0, count: 0)
            : AxisSlice(start: $0 - 1, step: -1, count: $0)
        }), [self])
  }
}
