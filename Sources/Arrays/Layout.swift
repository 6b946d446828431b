import Synchronization

/// Where the elements of an array lie in its storage: element `[i, j, …]` stands at
/// `offset + i · strides[0] + j · strides[1] + …`, counted in elements.
///
/// Strides may be zero (a broadcast axis) or negative (a reversed one). A class, because most
/// results share the layout of an operand: sharing costs one reference count and no allocation.
package final class Layout: Sendable {
  package let shape: Shape
  package let strides: [Int]
  package let offset: Int
  /// The product of the lengths.
  package let count: Int
  /// Row-major, without gaps, from offset 0: the elements are `storage[0..<count]` in order.
  package let isContiguous: Bool
  private let exchanged = AtomicLazyReference<Layout>()

  package init(shape: Shape, strides: [Int], offset: Int = 0) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.count = shape.elementCount
    self.isContiguous = offset == 0 && Layout.isRowMajor(shape, strides)
  }

  /// The row-major layout of a shape.
  package convenience init(contiguous shape: Shape) {
    self.init(shape: shape, strides: Layout.rowMajorStrides(shape))
  }

  package var rank: Int { shape.rank }

  /// Strides of row-major order: the last axis is the innermost. Where they wrap around, counting
  /// the elements stops the program.
  package static func rowMajorStrides(_ shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    var step = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step &*= Swift.max(shape[axis], 1)
    }
    return strides
  }

  private static func isRowMajor(_ shape: Shape, _ strides: [Int]) -> Bool {
    var step = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) where shape[axis] != 1 {
      if shape[axis] == 0 { return true }
      if strides[axis] != step { return false }
      step *= shape[axis]
    }
    return true
  }
}

extension Layout {
  /// The channels-last layout of a logical [N, C, spatial…] shape: channels are innermost.
  package convenience init(channelsLast shape: Shape) {
    precondition(shape.rank >= 3)
    var strides = [Int](repeating: 0, count: shape.rank)
    strides[1] = 1
    var step = Swift.max(shape[1], 1)
    for axis in stride(from: shape.rank - 1, through: 2, by: -1) {
      strides[axis] = step
      step &*= Swift.max(shape[axis], 1)
    }
    strides[0] = step
    self.init(shape: shape, strides: strides)
  }

  /// The layout with its last two axes exchanged, for matrices. Kept, since every step of a training
  /// asks it of the same parameters.
  package var lastAxesExchanged: Layout {
    if let known = exchanged.load() { return known }
    var (shape, strides) = (shape, strides)
    shape.swapAt(rank - 1, rank - 2)
    strides.swapAt(rank - 1, rank - 2)
    return exchanged.storeIfNil(Layout(shape: shape, strides: strides, offset: offset))
  }

  /// Whether the elements fill `storage[offset..<offset + count]` exactly once, in some order of
  /// axes: an element-wise operation over operands of one dense layout may run flat.
  package var isDense: Bool {
    if isContiguous { return true }
    let axes = shape.indices.filter { shape[$0] != 1 }.sorted { strides[$0] < strides[$1] }
    var step = 1
    for axis in axes {
      if strides[axis] != step { return false }
      step *= shape[axis]
    }
    return true
  }

  /// Row-major without gaps, from any offset.
  package var isContiguousFromOffset: Bool {
    isContiguous || strides == Layout.rowMajorStrides(shape)
  }

  /// Whether the two layouts place every element alike (offsets aside, axes of length 1 aside).
  package func hasSameStrides(as other: Layout) -> Bool {
    if self === other { return true }
    guard shape == other.shape else { return false }
    for axis in shape.indices where shape[axis] != 1 && strides[axis] != other.strides[axis] {
      return false
    }
    return true
  }

  /// Whether this is a rank-4 (or 3, 5) layout with channels innermost and no gaps.
  package var isChannelsLast: Bool {
    guard rank >= 3, offset == 0 else { return false }
    var step = 1
    for axis in [1] + Array(stride(from: rank - 1, through: 2, by: -1)) + [0] {
      if shape[axis] != 1 {
        if strides[axis] != step { return false }
        step *= shape[axis]
      }
    }
    return true
  }
}
