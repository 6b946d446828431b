import Arrays

extension CPUBackend {
  /// One of the three products of a convolution; see `ConvolutionDirection`.
  ///
  /// float32 runs in oneDNN, on fixed parts of the batch; 16-bit floats are converted to float32
  /// and back; float64, and what oneDNN does not take, is computed by the reference.
  package func convolve(
    _ direction: ConvolutionDirection, _ a: NDArray, _ b: NDArray, bias: NDArray?,
    geometry: ConvolutionGeometry, into output: NDArray
  ) {
    if output.count == 0 { return }
    switch output.dataType {
    case .float32:
      if !convolveFloat32(direction, a, b, bias: bias, geometry: geometry, into: output) {
        reference.convolve(direction, a, b, bias: bias, geometry: geometry, into: output)
      }
    case .float16, .bfloat16:
      throughFloat32([a, b], bias: bias, into: output) { operands, bias, result in
        convolve(
          direction, operands[0], operands[1], bias: bias, geometry: geometry, into: result)
      }
    default:
      reference.convolve(direction, a, b, bias: bias, geometry: geometry, into: output)
    }
  }

  /// Returns false where oneDNN cannot.
  private func convolveFloat32(
    _ direction: ConvolutionDirection, _ a: NDArray, _ b: NDArray, bias: NDArray?,
    geometry: ConvolutionGeometry, into output: NDArray
  ) -> Bool {
    if a.count == 0 || b.count == 0 { return false }
    if direction == .backwardWeight && !output.isContiguous {
      let result = NDArray(uninitialized: Layout(contiguous: output.shape), .float32)
      convolve(direction, a, b, bias: nil, geometry: geometry, into: result)
      copy(result, into: output)
      return true
    }
    let x = direction == .backwardInput ? output : denseActivations(a)
    let weight = direction == .backwardWeight ? output : rowMajor(b)
    let y =
      switch direction {
      case .forward: output
      case .backwardInput: denseActivations(a)
      case .backwardWeight: denseActivations(b)
      }
    let bias = bias.map(rowMajor)
    let description = ConvolutionDescription(
      direction, x: x.shape.lengths, weight: weight.shape.lengths, y: y.shape.lengths,
      geometry: geometry, xLayout: activationLayout(x), yLayout: activationLayout(y),
      hasBias: bias != nil)
    guard let convolution = PreparedConvolution.cached(description) else { return false }
    let scratch = Storage(byteCount: convolution.scratchByteCount)
    withExtendedLifetime((x, weight, y, bias, scratch)) {
      convolution.run(
        ConvolutionOperands(
          x: x.rawPointer, weight: weight.rawPointer, y: y.rawPointer,
          bias: bias.map { UnsafePointer($0.pointer(as: Float.self)) }),
        scratch: scratch.pointer)
    }
    return true
  }

  private func activationLayout(_ array: NDArray) -> ActivationLayout {
    array.layout.hasSameStrides(as: Layout(contiguous: array.shape)) ? .rowMajor : .channelsLast
  }

  private func rowMajor(_ array: NDArray) -> NDArray {
    if array.isContiguous { return array }
    let result = NDArray(uninitialized: Layout(contiguous: array.shape), array.dataType)
    copy(array, into: result)
    return result
  }

  /// Activations that begin anywhere in their storage but are row-major or channels-last.
  private func denseActivations(_ array: NDArray) -> NDArray {
    let rowMajorLayout = Layout(contiguous: array.shape)
    if array.layout.hasSameStrides(as: rowMajorLayout) { return array }
    let channelsLast = Layout(channelsLast: array.shape)
    if array.layout.hasSameStrides(as: channelsLast) { return array }
    // Innermost channels stay so, as the neighbouring arrays most likely are channels-last too.
    let keepsChannels = array.strides[1] == 1 && array.shape[1] > 1
    let result = NDArray(
      uninitialized: keepsChannels ? channelsLast : rowMajorLayout, array.dataType)
    copy(array, into: result)
    return result
  }
}
