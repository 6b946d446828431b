import Arrays

/// The sum of parts along the axis before the last, given from the end: a part begins and ends no
/// later than the one before it, so that what lies behind it is settled and need not be added to.
struct BlockSums {
  private let target: Tensor
  private var start: Int
  /// What may still change, from `start`.
  private var open: Tensor?
  /// From the end.
  private var settled: [Tensor] = []

  init(_ target: Tensor) {
    self.target = target.detached()
    start = target.shape[target.rank - 2]
  }

  /// What the last part has changed.
  var latest: [Tensor] { settled.suffix(1) + (open.map { [$0] } ?? []) }

  private func zeros(_ count: Int) -> Tensor {
    var shape = target.shape
    shape[shape.rank - 2] = count
    return .zeros(shape, target.dataType)
  }

  mutating func add(_ part: Tensor, at range: Range<Int>) {
    if range.isEmpty { return }
    var shape = target.shape
    shape[shape.rank - 2] = range.count
    let part = part.summed(to: shape)
    let openEnd = start + (open?.shape[target.rank - 2] ?? 0)
    if range.upperBound <= start {
      if let open { settled.append(open) }
      if range.upperBound < start { settled.append(zeros(start - range.upperBound)) }
      (open, start) = (part, range.lowerBound)
      return
    }
    guard let sum = open else { return }
    if range.upperBound < openEnd {
      // A copy: a view would keep the whole sum.
      settled.append(sum.slice(range.upperBound - start..<openEnd - start, along: -2).contiguous())
    }
    let shared = range.upperBound - start
    let common =
      sum.slice(0..<shared, along: -2)
      + part.slice(range.count - shared..<range.count, along: -2)
    open =
      shared == range.count
      ? common : concatenate([part.slice(0..<range.count - shared, along: -2), common], along: -2)
    start = range.lowerBound
  }

  func sum() -> Tensor {
    let parts = settled + (open.map { [$0] } ?? []) + (start > 0 ? [zeros(start)] : [])
    return parts.isEmpty ? zeros(0) : concatenate(parts.reversed(), along: -2)
  }
}
