import Arrays

// Convolution as the field defines it, which is cross-correlation:
// y(n, o, p) = b(o) + Σ_{c, k} W(o, c, k) · x(n, c, stride · p + dilation · k − padding).

/// Convolution along one axis: x [N, C, L], weight [O, C / groups, K], bias [O] → [N, O, L′] with
/// L′ = ⌊(L + 2 · padding − dilation · (K − 1) − 1) / stride⌋ + 1.
///
/// With `groups` > 1 the channels are cut into groups, each convolved with its own kernels;
/// `groups` = C is the depthwise convolution.
public func conv1D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any SpatialLengths = 1,
  padding: Padding = 0, dilation: any SpatialLengths = 1, groups: Int = 1
) -> Tensor {
  convolution(x, weight, bias, stride, padding, dilation, groups, axes: 1, "conv1D")
}

/// Convolution of images: x [N, C, H, W], weight [O, C / groups, KH, KW], bias [O] → [N, O, H′, W′],
/// each length by the formula of `conv1D`.
public func conv2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any SpatialLengths = 1,
  padding: Padding = 0, dilation: any SpatialLengths = 1, groups: Int = 1
) -> Tensor {
  convolution(x, weight, bias, stride, padding, dilation, groups, axes: 2, "conv2D")
}

/// Transposed convolution along one axis, the adjoint of `conv1D` (Zeiler et al., 2010,
/// "Deconvolutional networks"): x [N, C, L], weight [C, O / groups, K], bias [O] → [N, O, L′] with
/// L′ = (L − 1) · stride − 2 · padding + dilation · (K − 1) + outputPadding + 1.
///
/// `outputPadding` chooses among the lengths that a strided convolution maps to one; it is less than
/// the stride.
public func convTranspose1D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any SpatialLengths = 1,
  padding: any SpatialLengths = 0, outputPadding: any SpatialLengths = 0,
  dilation: any SpatialLengths = 1, groups: Int = 1
) -> Tensor {
  transposedConvolution(
    x, weight, bias, stride, padding, outputPadding, dilation, groups, axes: 1, "convTranspose1D")
}

/// Transposed convolution of images: x [N, C, H, W], weight [C, O / groups, KH, KW], bias [O] →
/// [N, O, H′, W′], each length by the formula of `convTranspose1D`.
public func convTranspose2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: any SpatialLengths = 1,
  padding: any SpatialLengths = 0, outputPadding: any SpatialLengths = 0,
  dilation: any SpatialLengths = 1, groups: Int = 1
) -> Tensor {
  transposedConvolution(
    x, weight, bias, stride, padding, outputPadding, dilation, groups, axes: 2, "convTranspose2D")
}

private func convolution(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ stride: any SpatialLengths,
  _ padding: Padding, _ dilation: any SpatialLengths, _ groups: Int, axes: Int, _ name: String
) -> Tensor {
  let operands = [x, weight] + (bias.map { [$0] } ?? [])
  checkOperands(x, weight, bias, groups, axes, "[N, C, …] and [O, C / groups, …]", name)
  let stride = Spatial.spread(stride, axes: axes, atLeast: 1, "stride", name)
  let dilation = Spatial.spread(dilation, axes: axes, atLeast: 1, "dilation", name)
  let (low, high) = padding.amounts(
    lengths: Array(x.shape.lengths.dropFirst(2)),
    spans: Spatial.spans(Array(weight.shape.lengths.dropFirst(2)), dilation), stride: stride,
    in: name)
  let geometry = ConvolutionGeometry(
    stride: stride, dilation: dilation, paddingLow: low, paddingHigh: high, groups: groups)
  return apply(ConvolutionPrimitive(.forward, geometry, name: name), operands)
}

private func transposedConvolution(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ stride: any SpatialLengths,
  _ padding: any SpatialLengths, _ outputPadding: any SpatialLengths,
  _ dilation: any SpatialLengths, _ groups: Int, axes: Int, _ name: String
) -> Tensor {
  checkOperands(x, weight, bias, groups, axes, "[N, C, …] and [C, O / groups, …]", name)
  let stride = Spatial.spread(stride, axes: axes, atLeast: 1, "stride", name)
  let dilation = Spatial.spread(dilation, axes: axes, atLeast: 1, "dilation", name)
  let padding = Spatial.spread(padding, axes: axes, atLeast: 0, "padding", name)
  let extra = Spatial.spread(outputPadding, axes: axes, atLeast: 0, "output padding", name)
  if zip(extra, stride).contains(where: { $0 >= $1 }) {
    stop("\(name): output padding \(Shape(extra)) must be less than the stride \(Shape(stride))")
  }
  func fail(_ message: String) -> Never {
    stop(name, message, at: x, weight, bias)
  }
  if x.shape[1] != weight.shape[0] || weight.shape[0] % groups != 0 {
    fail(
      "input \(x.shape) does not fit weight \(weight.shape) in \(groups) "
        + "group\(groups == 1 ? "" : "s"): it takes [N, \(weight.shape[0]), …], and groups must "
        + "divide \(weight.shape[0])")
  }
  let spans = Spatial.spans(Array(weight.shape.lengths.dropFirst(2)), dilation)
  let lengths = (0..<axes).map { axis -> Int in
    let whole = (x.shape[axis + 2] - 1) * stride[axis] + spans[axis]
    return whole - 2 * padding[axis] + extra[axis]
  }
  if lengths.contains(where: { $0 <= 0 }) {
    fail("padding \(Shape(padding)) leaves nothing of the output of \(x.shape)")
  }
  let outputs = weight.shape[1] * groups
  let geometry = ConvolutionGeometry(
    stride: stride, dilation: dilation, paddingLow: padding, paddingHigh: padding, groups: groups)
  let y = apply(
    ConvolutionPrimitive(
      .backwardInput, geometry, target: Shape([x.shape[0], outputs] + lengths), name: name),
    [x, weight])
  guard let bias else { return y }
  if bias.shape.lengths != [outputs] {
    fail("bias \(bias.shape) does not fit weight \(weight.shape): it takes [\(outputs)]")
  }
  return y + bias.reshaped(to: Shape([outputs] + Array(repeating: 1, count: axes)))
}

private func checkOperands(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ groups: Int, _ axes: Int,
  _ expected: String, _ name: String
) {
  if x.rank != axes + 2 || weight.rank != axes + 2 {
    stop(
      name,
      "input \(x.shape) and weight \(weight.shape): both need \(axes + 2) axes, " + expected,
      at: x, weight, bias)
  }
  if groups < 1 { stop("\(name): \(groups) groups; there must be at least one") }
}
