import Arrays

extension Layout {
  /// For each axis of a row-major value, whose rows may be apart, the indices that this view of it
  /// takes; nil where the view is no slice of it.
  func slices(of whole: Layout) -> [AxisSlice]? {
    guard whole.isRowByRow, rank == whole.rank, count > 0, whole.count > 0 else { return nil }
    var rest = offset
    var slices: [AxisSlice] = []
    for axis in whole.shape.indices {
      let (unit, count) = (whole.strides[axis], shape[axis])
      // Any stride will do where there is one index.
      if whole.shape[axis] == 1 {
        if count > 1 { return nil }
        slices.append(AxisSlice(start: 0, count: 1))
        continue
      }
      let start = rest / unit
      rest %= unit
      if count > 1, strides[axis] % unit != 0 { return nil }
      let step = count > 1 ? strides[axis] / unit : 1
      let end = start + (count - 1) * step
      if step == 0 || min(start, end) < 0 || max(start, end) >= whole.shape[axis] { return nil }
      slices.append(AxisSlice(start: start, step: step, count: count))
    }
    return slices
  }

  /// Row-major from offset 0, with or without gaps between rows.
  private var isRowByRow: Bool {
    if isContiguous { return true }
    var step = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] < step { return false }
      step = strides[axis] * shape[axis]
    }
    return offset == 0
  }

  /// The first and the last place in memory that it shows; nil where it has no elements.
  var reach: ClosedRange<Int>? {
    if count == 0 { return nil }
    var (low, high) = (offset, offset)
    for axis in shape.indices {
      let change = strides[axis] * (shape[axis] - 1)
      low += min(change, 0)
      high += max(change, 0)
    }
    return low...high
  }

  /// Whether slices of one value have nothing in common, seen along one axis.
  static func areApart(_ regions: [[AxisSlice]]) -> Bool {
    guard let first = regions.first else { return true }
    return first.indices.contains { axis in
      let ranges = regions.map { $0[axis].range }.sorted { $0.lowerBound < $1.lowerBound }
      return zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
    }
  }
}

extension AxisSlice {
  /// From the first to the last index.
  var range: ClosedRange<Int> {
    let end = start + (count - 1) * step
    return min(start, end)...max(start, end)
  }
}
