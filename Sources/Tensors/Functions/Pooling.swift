import Arrays

// Pooling: one number for each window of each channel. The stride is the window unless said
// otherwise. With `ceiling` the last window may reach over the end.

/// The largest number of each window: x [N, C, L] → [N, C, L′] with
/// L′ = ⌊(L + 2 · padding − dilation · (window − 1) − 1) / stride⌋ + 1, rounded up with `ceiling`.
/// Padding never wins; of equal numbers the first takes the cotangent.
public func maxPool1D(
  _ x: Tensor, _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil,
  padding: Padding = 0, dilation: any SpatialLengths = 1, ceiling: Bool = false
) -> Tensor {
  Pooling("maxPool1D", 1, window, stride, dilation, ceiling).maximum(x, padding)
}

/// The largest number of each window of an image: x [N, C, H, W] → [N, C, H′, W′], each length by
/// the formula of `maxPool1D`.
public func maxPool2D(
  _ x: Tensor, _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil,
  padding: Padding = 0, dilation: any SpatialLengths = 1, ceiling: Bool = false
) -> Tensor {
  Pooling("maxPool2D", 2, window, stride, dilation, ceiling).maximum(x, padding)
}

/// The mean of each window: x [N, C, L] → [N, C, L′] with L′ as in `maxPool1D`. Padding counts as
/// zeros where `countsPadding`; what `ceiling` adds beyond it never counts.
public func averagePool1D(
  _ x: Tensor, _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil,
  padding: Padding = 0, ceiling: Bool = false, countsPadding: Bool = true
) -> Tensor {
  Pooling("averagePool1D", 1, window, stride, 1, ceiling).average(x, padding, countsPadding)
}

/// The mean of each window of an image: x [N, C, H, W] → [N, C, H′, W′]; see `averagePool1D`.
public func averagePool2D(
  _ x: Tensor, _ window: any SpatialLengths, stride: (any SpatialLengths)? = nil,
  padding: Padding = 0, ceiling: Bool = false, countsPadding: Bool = true
) -> Tensor {
  Pooling("averagePool2D", 2, window, stride, 1, ceiling).average(x, padding, countsPadding)
}

/// The mean of each channel: x [N, C, spatial…] → [N, C]. Lin et al., 2013, "Network in network".
public func globalAveragePool(_ x: Tensor) -> Tensor {
  x.mean(along: spatialAxes(of: x, in: "globalAveragePool"))
}

/// The largest number of each channel: x [N, C, spatial…] → [N, C].
public func globalMaxPool(_ x: Tensor) -> Tensor {
  x.max(along: spatialAxes(of: x, in: "globalMaxPool"))
}

private func spatialAxes(of x: Tensor, in name: String) -> [Int] {
  if x.rank < 3 { stop("\(name): needs at least 3 axes, [N, C, spatial…], found \(x.shape)") }
  return Array(2..<x.rank)
}

/// The settings of one pooling, checked.
private struct Pooling {
  let name: String
  let window: [Int]
  let stride: [Int]
  let dilation: [Int]
  let ceiling: Bool

  init(
    _ name: String, _ axes: Int, _ window: any SpatialLengths, _ stride: (any SpatialLengths)?,
    _ dilation: any SpatialLengths, _ ceiling: Bool
  ) {
    self.name = name
    self.window = Spatial.spread(window, axes: axes, atLeast: 1, "window", name)
    self.stride = Spatial.spread(stride ?? self.window, axes: axes, atLeast: 1, "stride", name)
    self.dilation = Spatial.spread(dilation, axes: axes, atLeast: 1, "dilation", name)
    self.ceiling = ceiling
  }

  func maximum(_ x: Tensor, _ padding: Padding) -> Tensor {
    apply(PoolPrimitive(.maximum, geometry(x, padding, overhangs: ceiling)), [x])
  }

  func average(_ x: Tensor, _ padding: Padding, _ countsPadding: Bool) -> Tensor {
    let geometry = geometry(x, padding, overhangs: ceiling)
    guard countsPadding else { return apply(PoolPrimitive(.averageWithoutPadding, geometry), [x]) }
    let plain = self.geometry(x, padding, overhangs: false)
    if geometry == plain { return apply(PoolPrimitive(.averageWithPadding, geometry), [x]) }
    // The zeros of the padding count and the overhang does not, so the zeros become real.
    let widths = zip(plain.paddingLow, plain.paddingHigh).map { (before: $0, after: $1) }
    let padded = x.padded([(0, 0), (0, 0)] + widths)
    var rest = geometry
    for axis in window.indices {
      rest.paddingLow[axis] = 0
      rest.paddingHigh[axis] -= plain.paddingHigh[axis]
    }
    return apply(PoolPrimitive(.averageWithoutPadding, rest), [padded])
  }

  private func geometry(_ x: Tensor, _ padding: Padding, overhangs: Bool) -> PoolingGeometry {
    let axes = window.count
    if x.rank != axes + 2 {
      stop("\(name): needs \(axes + 2) axes, [N, C, \(axes == 1 ? "L" : "H, W")], found \(x.shape)")
    }
    let lengths = Array(x.shape.lengths.dropFirst(2))
    let spans = Spatial.spans(window, dilation)
    let (low, end) = padding.amounts(lengths: lengths, spans: spans, stride: stride, in: name)
    var high = end
    if padding != .same, zip(low, window).contains(where: { 2 * $0 > $1 }) {
      stop("\(name): padding \(Shape(low)) is more than half of the window \(Shape(window))")
    }
    for axis in 0..<axes where overhangs {
      let rest = (lengths[axis] + low[axis] + high[axis] - spans[axis]) % stride[axis]
      // A window that would start behind the input and its padding in front is left out.
      let start = lengths[axis] + low[axis] + high[axis] - spans[axis] - rest + stride[axis]
      if rest > 0, start < lengths[axis] + low[axis] { high[axis] += stride[axis] - rest }
    }
    return PoolingGeometry(
      window: window, stride: stride, dilation: dilation, paddingLow: low, paddingHigh: high)
  }
}
