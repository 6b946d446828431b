import Arrays
import CKernels

extension CPUBackend {
  package func normalizeBackward(
    _ input: NDArray, cotangent: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray?, scaleCotangent: NDArray?,
    shiftCotangent: NDArray?
  ) {
    let call = NormalizationCotangents(
      mean: mean, variance: variance, scale: scale, epsilon: epsilon, axes: axes, input: output,
      scale: scaleCotangent, shift: shiftCotangent)
    guard let pattern = NormalizationPattern(input, axes: axes) else {
      guard input.dataType == .float32, input.count > 0, !input.isContiguous else {
        return fallBack(input, cotangent, call)
      }
      let packed = input.packed(by: self)
      normalizeBackward(
        packed, cotangent: cotangent, mean: mean, variance: variance, scale: scale,
        epsilon: epsilon, axes: axes, into: output, scaleCotangent: scaleCotangent,
        shiftCotangent: shiftCotangent)
      return extendLifetime(packed)
    }
    if let output, !input.layout.hasSameStrides(as: output.layout) {
      let result = NDArray(
        uninitialized: Layout(shape: input.shape, strides: input.strides), .float32)
      normalizeBackward(
        input, cotangent: cotangent, mean: mean, variance: variance, scale: scale,
        epsilon: epsilon, axes: axes, into: result, scaleCotangent: scaleCotangent,
        shiftCotangent: shiftCotangent)
      copy(result, into: output)
      return extendLifetime(result)
    }
    let cotangent = cotangent.placed(like: input, by: self)
    let isDone =
      if case .rows(let rows, let length) = pattern {
        rowsBackward(input, cotangent, rows, length, call)
      } else {
        channelsBackward(input, cotangent, pattern, call)
      }
    if !isDone { fallBack(input, cotangent, call) }
    extendLifetime(cotangent)
  }

  private func fallBack(
    _ input: NDArray, _ cotangent: NDArray, _ call: NormalizationCotangents
  ) {
    reference.normalizeBackward(
      input, cotangent: cotangent, mean: call.mean, variance: call.variance, scale: call.scale,
      epsilon: call.epsilon, axes: call.axes, into: call.inputCotangent,
      scaleCotangent: call.scaleCotangent, shiftCotangent: call.shiftCotangent)
  }

  /// Batch normalization: one pass over x and dy for the two sums of each channel, one for dx.
  private func channelsBackward(
    _ input: NDArray, _ cotangent: NDArray, _ pattern: NormalizationPattern,
    _ call: NormalizationCotangents
  ) -> Bool {
    let channels = input.shape[1]
    guard let means = ChannelReader(call.mean, absent: 0),
      let variances = ChannelReader(call.variance, absent: 1),
      let scales = ChannelReader(call.scale, absent: 1),
      call.scaleCotangent.map({ $0.count == channels && $0.layout.isDense }) ?? true,
      call.shiftCotangent.map({ $0.count == channels && $0.layout.isDense }) ?? true
    else { return false }
    let numbers = ChannelNumbers(channels: channels, arrays: 4)
    let (center, a, b, c) = (numbers[0], numbers[1], numbers[2], numbers[3])
    for channel in 0..<channels { center[channel] = means[channel] }
    let scaleResult = call.scaleCotangent?.pointer(as: Float.self)
    let shiftResult = call.shiftCotangent?.pointer(as: Float.self)
    let x = input.pointer(as: Float.self), dy = cotangent.pointer(as: Float.self)
    let count = Double(input.count / channels)
    channelSums(x, dy, pattern, center) { channel, sum, product in
      let inverse = 1 / (Double(variances[channel]) + call.epsilon).squareRoot()
      let slope = inverse * Double(scales[channel])
      a[channel] = Float(slope)
      b[channel] = Float(-slope * inverse * inverse * product / count)
      c[channel] = Float(-slope * sum / count)
      scaleResult?[channel] = Float(product * inverse)
      shiftResult?[channel] = Float(sum)
    }
    guard let dx = call.inputCotangent?.pointer(as: Float.self) else {
      extendLifetime(numbers)
      return true
    }
    switch pattern {
    case .planes(let batch, _, let area):
      ThreadTeam.run(count: batch * channels, grain: max(1, Grain.cheap / area)) { range in
        for plane in range {
          let channel = plane % channels, first = plane * area
          kernel_normalize_backward_row_float32(
            x + first, dy + first, dx + first, area, center[channel], a[channel], b[channel],
            c[channel])
        }
      }
    default:
      ThreadTeam.run(
        count: input.count / channels, grain: max(1, Grain.cheap / channels)
      ) { range in
        let first = range.lowerBound * channels
        kernel_normalize_backward_columns_float32(
          x + first, dy + first, dx + first, range.count, channels, center, a, b, c)
      }
    }
    extendLifetime(numbers)
    return true
  }

  /// Σ dy and Σ dy · (x − mean) of every channel, handed to `body`.
  private func channelSums(
    _ x: UnsafeMutablePointer<Float>, _ dy: UnsafeMutablePointer<Float>,
    _ pattern: NormalizationPattern, _ mean: UnsafeMutablePointer<Float>,
    _ body: (Int, Double, Double) -> Void
  ) {
    let channels: Int, pieces: Int
    let measure: (Int, UnsafeMutablePointer<Double>) -> Void
    switch pattern {
    case .planes(let batch, let count, let area):
      let images = max(1, min(batch, Grain.cheap / area))
      (channels, pieces) = (count, (batch + images - 1) / images)
      measure = { piece, sums in
        let image = piece * images
        for channel in 0..<count {
          var both = (0.0, 0.0)
          let first = (image * count + channel) * area
          withUnsafeMutableBytes(of: &both) { both in
            kernel_normalize_sums_rows_float32(
              x + first, dy + first, min(images, batch - image), count * area, area,
              mean[channel], both.baseAddress?.assumingMemoryBound(to: Double.self))
          }
          (sums[channel], sums[count + channel]) = both
        }
      }
    case .columns(let rows, let count):
      let height = max(32, Grain.cheap / count)
      (channels, pieces) = (count, (rows + height - 1) / height)
      measure = { piece, sums in
        let first = piece * height * count
        kernel_normalize_sums_columns_float32(
          x + first, dy + first, min(height, rows - piece * height), count, mean, sums,
          sums + count)
      }
    case .rows: return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: pieces * channels * 2) { partials in
      let start = partials.baseAddress.unsafelyUnwrapped
      start.update(repeating: 0, count: pieces * channels * 2)
      ThreadTeam.run(blocks: pieces) { measure($0, start + $0 * channels * 2) }
      for channel in 0..<channels {
        var sum = 0.0, product = 0.0
        for piece in 0..<pieces {
          sum += start[piece * channels * 2 + channel]
          product += start[piece * channels * 2 + channels + channel]
        }
        body(channel, sum, product)
      }
    }
  }
}

/// What `normalizeBackward` takes besides the input and the output's cotangent.
struct NormalizationCotangents {
  let mean: NDArray
  let variance: NDArray
  let scale: NDArray?
  let epsilon: Double
  let axes: [Int]
  let inputCotangent: NDArray?
  let scaleCotangent: NDArray?
  let shiftCotangent: NDArray?

  init(
    mean: NDArray, variance: NDArray, scale: NDArray?, epsilon: Double, axes: [Int],
    input: NDArray?, scale scaleCotangent: NDArray?, shift: NDArray?
  ) {
    self.mean = mean
    self.variance = variance
    self.scale = scale
    self.epsilon = epsilon
    self.axes = axes
    inputCotangent = input
    self.scaleCotangent = scaleCotangent
    shiftCotangent = shift
  }
}
