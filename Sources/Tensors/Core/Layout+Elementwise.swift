import Arrays

extension Layout {
  /// The layout of an element-wise result: that of the first operand that fills its memory without
  /// gaps in the result's shape, row-major where none does.
  static func elementwise(_ first: Layout, _ second: Layout? = nil) -> Layout {
    if first.isContiguous { return first }
    if let second, second.isContiguous, second.shape == first.shape, !first.isDense {
      return second
    }
    for candidate in [first, second] {
      if let candidate, candidate.isDense {
        return candidate.offset == 0
          ? candidate
          : Layout(shape: candidate.shape, strides: candidate.strides)
      }
    }
    return Layout(contiguous: first.shape)
  }

  /// The same elements seen in a larger shape: axes of length 1, and missing leading ones, are
  /// repeated by strides of zero.
  func stretched(to target: Shape) -> Layout {
    let added = target.rank - rank
    var strides = [Int](repeating: 0, count: target.rank)
    for axis in 0..<rank where shape[axis] == target[axis + added] {
      strides[axis + added] = self.strides[axis]
    }
    return Layout(shape: target, strides: strides, offset: offset)
  }
}
