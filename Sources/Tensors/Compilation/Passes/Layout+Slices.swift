import Arrays

extension Layout {
  /// For each axis of a row-major value the indices that this view of it takes; nil where the view
  /// is no slice of it.
  func slices(of whole: Layout) -> [AxisSlice]? {
    guard whole.isContiguous, rank == whole.rank, count > 0, offset < whole.count else {
      return nil
    }
    var rest = offset
    var slices: [AxisSlice] = []
    for axis in whole.shape.indices {
      let (unit, count) = (whole.strides[axis], shape[axis])
      if whole.shape[axis] == 1 {
        if count != 1 { return nil }
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
