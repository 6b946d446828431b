import Arrays

// Adaptive pooling: as many windows as asked for, of nearly equal lengths. Window i of `count` over
// an axis of length L holds the places ⌊i · L / count⌋ ..< ⌈(i + 1) · L / count⌉.

/// The mean of each of `lengths` windows: x [N, C, L] → [N, C, lengths].
public func adaptiveAveragePool1D(_ x: Tensor, _ lengths: any SpatialLengths) -> Tensor {
  adaptivePool(x, lengths, axes: 1, "adaptiveAveragePool1D", averaging)
}

/// The mean of each of `lengths` windows of an image: x [N, C, H, W] → [N, C, lengths…].
public func adaptiveAveragePool2D(_ x: Tensor, _ lengths: any SpatialLengths) -> Tensor {
  adaptivePool(x, lengths, axes: 2, "adaptiveAveragePool2D", averaging)
}

/// The largest number of each of `lengths` windows: x [N, C, L] → [N, C, lengths].
public func adaptiveMaxPool1D(_ x: Tensor, _ lengths: any SpatialLengths) -> Tensor {
  adaptivePool(x, lengths, axes: 1, "adaptiveMaxPool1D", maximizing)
}

/// The largest number of each of `lengths` windows of an image: x [N, C, H, W] → [N, C, lengths…].
public func adaptiveMaxPool2D(_ x: Tensor, _ lengths: any SpatialLengths) -> Tensor {
  adaptivePool(x, lengths, axes: 2, "adaptiveMaxPool2D", maximizing)
}

/// Pools one axis after the other: windows are boxes, so means and maxima of lines are enough.
private func adaptivePool(
  _ x: Tensor, _ lengths: any SpatialLengths, axes: Int, _ name: String,
  _ pool: (_ x: Tensor, _ axis: Int, _ windows: [Range<Int>]) -> Tensor
) -> Tensor {
  let lengths = Spatial.spread(lengths, axes: axes, atLeast: 1, "output", name)
  if x.rank != axes + 2 || x.shape.dropFirst(2).contains(0) {
    stop(
      "\(name): needs \(axes + 2) axes, [N, C, \(axes == 1 ? "L" : "H, W")], none of the last "
        + "empty, found \(x.shape)")
  }
  var y = x
  for (index, count) in lengths.enumerated() {
    let length = x.shape[index + 2]
    if length == count { continue }
    let windows = (0..<count).map { place in
      place * length / count..<((place + 1) * length + count - 1) / count
    }
    y = pool(y, index + 2, windows)
  }
  return y
}

private func averaging(_ x: Tensor, _ axis: Int, _ windows: [Range<Int>]) -> Tensor {
  let length = x.shape[axis]
  if windows.count == 1 { return x.mean(along: [axis], keepingAxes: true) }
  var weights = [Double](repeating: 0, count: length * windows.count)
  for (column, window) in windows.enumerated() {
    for row in window { weights[row * windows.count + column] = 1 / Double(window.count) }
  }
  let matrix = Tensor(weights, shape: [length, windows.count]).to(x.dataType)
  return matmul(x.transposed(axis, -1), matrix).transposed(axis, -1)
}

private func maximizing(_ x: Tensor, _ axis: Int, _ windows: [Range<Int>]) -> Tensor {
  // Windows of one length: the shorter ones repeat their last place, which changes no maximum.
  let longest = windows.map(\.count).max() ?? 1
  let places = windows.flatMap { window in
    (0..<longest).map { min(window.lowerBound + $0, window.upperBound - 1) }
  }
  var window = Array(repeating: 1, count: x.rank - 2)
  window[axis - 2] = longest
  let zeros = window.map { _ in 0 }
  let geometry = PoolingGeometry(
    window: window, stride: window, dilation: window.map { _ in 1 }, paddingLow: zeros,
    paddingHigh: zeros)
  return apply(PoolPrimitive(.maximum, geometry), [x.take(Tensor(places), along: axis)])
}
