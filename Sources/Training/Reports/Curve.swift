/// A quantity over the steps of a run.
struct Curve: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var step: Int
    var epoch: Double
    var value: Double
  }

  /// In the order of steps.
  private(set) var points: [Point] = []

  /// Adds a point. Where a run went back to a checkpoint, later points make place for those that
  /// follow it.
  mutating func add(_ point: Point) {
    while let last = points.last, last.step >= point.step { points.removeLast() }
    points.append(point)
  }

  /// The finite values.
  var finiteValues: [Double] { points.lazy.map(\.value).filter(\.isFinite) }

  /// At most `count` points that look like all of them: of each stretch the lowest and the highest, so
  /// that peaks stay.
  func outline(_ count: Int) -> [Point] {
    if points.count <= count { return points }
    return stretches(max(count / 2, 1)).flatMap { stretch -> [Point] in
      let finite = stretch.filter { $0.value.isFinite }
      guard let low = finite.min(by: { $0.value < $1.value }),
        let high = finite.max(by: { $0.value < $1.value })
      else { return Array(stretch.prefix(1)) }
      return low.step < high.step ? [low, high] : [high, low]
    }
  }

  /// At most `count` means of neighbours, at the steps of their last ones.
  func means(_ count: Int) -> [Point] {
    if points.count <= count { return points }
    return stretches(max(count, 1)).compactMap { stretch in
      let finite = stretch.filter { $0.value.isFinite }
      guard let last = stretch.last else { return nil }
      let mean = finite.reduce(0) { $0 + $1.value } / Double(finite.count)
      return Point(step: last.step, epoch: last.epoch, value: mean)
    }
  }

  private func stretches(_ count: Int) -> [ArraySlice<Point>] {
    (0..<count).map { place in
      points[place * points.count / count..<(place + 1) * points.count / count]
    }.filter { !$0.isEmpty }
  }
}
