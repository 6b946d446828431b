import Arrays

extension ReferenceBackend {
  package func convolve(
    _ direction: ConvolutionDirection, _ a: NDArray, _ b: NDArray, bias: NDArray?,
    geometry: ConvolutionGeometry, into output: NDArray
  ) {
    Convolution(
      direction: direction, a: a, b: b, bias: bias, geometry: geometry, output: output
    ).run(on: output.dataType)
  }
}

/// All three directions are one enumeration of the products input · weight that enter an output:
/// each direction adds up the two others' numbers where the third stands.
private struct Convolution: FloatingPass {
  let direction: ConvolutionDirection
  let a: NDArray
  let b: NDArray
  let bias: NDArray?
  let geometry: ConvolutionGeometry
  let output: NDArray
  var operationName: String { "convolve" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let totals = Accumulators(output.shape, initial: 0.0)
    if let bias, direction == .forward {
      let source = bias.pointer(as: E.self)
      var strides = [Int](repeating: 0, count: output.rank)
      strides[1] = bias.strides[0]
      Traversal(output.shape, totals.strides, strides).forEach {
        totals.values[$0[0]] = source[$0[1]].wide
      }
    }
    let x = a.pointer(as: E.self), y = b.pointer(as: E.self), sums = totals.values
    let target = Operand(output.shape, totals.strides)
    let (first, second) = (Operand(a.shape, a.strides), Operand(b.shape, b.strides))
    switch direction {
    case .forward:
      enumerate(input: first, weight: second, output: target) { input, weight, output in
        sums[output] += x[input].wide * y[weight].wide
      }
    case .backwardInput:
      enumerate(input: target, weight: second, output: first) { input, weight, output in
        sums[input] += x[output].wide * y[weight].wide
      }
    case .backwardWeight:
      enumerate(input: first, weight: target, output: second) { input, weight, output in
        sums[weight] += x[input].wide * y[output].wide
      }
    }
    totals.store(into: output, as: type)
  }

  /// Every (n, o, c, k, p) of the formula whose input is not padding.
  @inline(__always)
  private func enumerate(
    input: Operand, weight: Operand, output: Operand, _ body: (Int, Int, Int) -> Void
  ) {
    let channels = weight.lengths[1]
    let outputsPerGroup = max(weight.lengths[0] / geometry.groups, 1)
    let axes = (0..<3).map { SpatialAxis(geometry, $0, input, weight, output) }
    for n in 0..<input.lengths[0] {
      for o in 0..<weight.lengths[0] {
        for c in 0..<channels {
          let inputBase =
            n * input.strides[0] + (o / outputsPerGroup * channels + c) * input.strides[1]
          let weightBase = o * weight.strides[0] + c * weight.strides[1]
          let outputBase = n * output.strides[0] + o * output.strides[1]
          axes[0].forEach(inputBase, weightBase, outputBase) { i, w, o in
            axes[1].forEach(i, w, o) { i, w, o in axes[2].forEach(i, w, o, body) }
          }
        }
      }
    }
  }
}

/// Lengths and strides of one operand, with leading spatial axes of length 1 up to three.
private struct Operand {
  let lengths: [Int]
  let strides: [Int]

  init(_ shape: Shape, _ strides: [Int]) {
    let missing = 5 - shape.rank
    lengths = shape.prefix(2) + Array(repeating: 1, count: missing) + shape.dropFirst(2)
    self.strides = strides.prefix(2) + Array(repeating: 0, count: missing) + strides.dropFirst(2)
  }
}

/// One spatial axis of a convolution.
private struct SpatialAxis {
  let input: (length: Int, stride: Int)
  let kernel: (length: Int, stride: Int)
  let output: (length: Int, stride: Int)
  var stride = 1
  var dilation = 1
  var padding = 0

  init(
    _ geometry: ConvolutionGeometry, _ axis: Int, _ input: Operand, _ weight: Operand,
    _ output: Operand
  ) {
    self.input = (input.lengths[axis + 2], input.strides[axis + 2])
    kernel = (weight.lengths[axis + 2], weight.strides[axis + 2])
    self.output = (output.lengths[axis + 2], output.strides[axis + 2])
    let own = axis - (3 - geometry.stride.count)
    if own >= 0 {
      stride = geometry.stride[own]
      dilation = geometry.dilation[own]
      padding = geometry.paddingLow[own]
    }
  }

  /// Every (k, p) whose input is not padding, as places from the three bases.
  @inline(__always)
  func forEach(
    _ inputBase: Int, _ weightBase: Int, _ outputBase: Int, _ body: (Int, Int, Int) -> Void
  ) {
    for k in 0..<kernel.length {
      for p in 0..<output.length {
        let place = stride * p + dilation * k - padding
        if place < 0 || place >= input.length { continue }
        body(
          inputBase + place * input.stride, weightBase + k * kernel.stride,
          outputBase + p * output.stride)
      }
    }
  }
}
