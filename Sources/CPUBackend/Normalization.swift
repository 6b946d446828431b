import Arrays
import CKernels

extension CPUBackend {
  package func normalize(
    _ input: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?, shift: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray
  ) {
    guard let pattern = NormalizationPattern(input, axes: axes) else {
      guard input.dataType == .float32, input.count > 0, !input.isContiguous else {
        return reference.normalize(
          input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
          axes: axes, into: output)
      }
      let packed = input.packed(by: self)
      normalize(
        packed, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
        axes: axes, into: output)
      return extendLifetime(packed)
    }
    if !input.layout.hasSameStrides(as: output.layout) {
      let result = NDArray(
        uninitialized: Layout(shape: input.shape, strides: input.strides), .float32)
      normalize(
        input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
        axes: axes, into: result)
      copy(result, into: output)
      return extendLifetime(result)
    }
    let isDone =
      if case .rows(let rows, let length) = pattern {
        normalizeRows(
          input, rows, length, mean: mean, variance: variance, scale: scale, shift: shift,
          epsilon: epsilon, firstAxis: axes[0], into: output)
      } else {
        normalizeChannels(
          input, pattern, mean: mean, variance: variance, scale: scale, shift: shift,
          epsilon: epsilon, into: output)
      }
    if !isDone {
      reference.normalize(
        input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
        axes: axes, into: output)
    }
  }

  private func normalizeChannels(
    _ input: NDArray, _ pattern: NormalizationPattern, mean: NDArray, variance: NDArray,
    scale: NDArray?, shift: NDArray?, epsilon: Double, into output: NDArray
  ) -> Bool {
    guard let means = ChannelReader(mean, absent: 0),
      let variances = ChannelReader(variance, absent: 1),
      let scales = ChannelReader(scale, absent: 1), let shifts = ChannelReader(shift, absent: 0)
    else { return false }
    let channels = input.shape[1]
    let numbers = ChannelNumbers(channels: channels, arrays: 3)
    let (center, factor, offset) = (numbers[0], numbers[1], numbers[2])
    for channel in 0..<channels {
      let inverse = 1 / (Double(variances[channel]) + epsilon).squareRoot()
      center[channel] = means[channel]
      factor[channel] = Float(inverse * Double(scales[channel]))
      offset[channel] = shifts[channel]
    }
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    switch pattern {
    case .planes(let batch, _, let area):
      ThreadTeam.run(count: batch * channels, grain: max(1, Grain.cheap / area)) { range in
        for plane in range {
          let channel = plane % channels
          kernel_normalize_row_float32(
            x + plane * area, y + plane * area, area, center[channel], factor[channel],
            offset[channel])
        }
      }
    default:
      ThreadTeam.run(
        count: input.count / channels, grain: max(1, Grain.cheap / channels)
      ) { range in
        let first = range.lowerBound * channels
        kernel_normalize_columns_float32(
          x + first, y + first, range.count, channels, center, factor, offset)
      }
    }
    extendLifetime(numbers)
    return true
  }

  private func normalizeRows(
    _ input: NDArray, _ rows: Int, _ length: Int, mean: NDArray, variance: NDArray,
    scale: NDArray?, shift: NDArray?, epsilon: Double, firstAxis: Int, into output: NDArray
  ) -> Bool {
    guard mean.layout.hasSameStrides(as: variance.layout), mean.layout.isDense,
      mean.isContiguous || rows == 1,
      let scales = RowNumbers(scale, firstAxis: firstAxis, length: length),
      let shifts = RowNumbers(shift, firstAxis: firstAxis, length: length),
      max(scales.run, shifts.run) % min(scales.run, shifts.run) == 0
    else { return false }
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    let means = mean.pointer(as: Float.self), variances = variance.pointer(as: Float.self)
    let run = min(scales.run, shifts.run)
    ThreadTeam.run(count: rows, grain: max(1, Grain.cheap / length)) { range in
      for row in range {
        let factor = Float(1 / (Double(variances[row]) + epsilon).squareRoot())
        let from = x + row * length, to = y + row * length
        if run == 1 && scales.isDense && shifts.isDense {
          kernel_normalize_scaled_row_float32(
            from, to, length, means[row], factor, scales.pointer(row: row),
            shifts.pointer(row: row))
          continue
        }
        for start in stride(from: 0, to: length, by: run) {
          kernel_normalize_row_float32(
            from + start, to + start, run, means[row],
            factor * scales.value(row: row, at: start, absent: 1),
            shifts.value(row: row, at: start, absent: 0))
        }
      }
    }
    return true
  }
}
