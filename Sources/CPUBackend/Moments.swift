import Arrays
import CKernels

extension CPUBackend {
  package func moments(_ input: NDArray, axes: [Int], mean: NDArray, variance: NDArray) {
    guard let pattern = NormalizationPattern(input, axes: axes), mean.layout.isDense,
      variance.layout.isDense, mean.layout.hasSameStrides(as: variance.layout)
    else {
      guard input.dataType == .float32, input.count > 0, !input.isContiguous else {
        return reference.moments(input, axes: axes, mean: mean, variance: variance)
      }
      let packed = input.packed(by: self)
      moments(packed, axes: axes, mean: mean, variance: variance)
      return extendLifetime(packed)
    }
    let x = input.pointer(as: Float.self)
    switch pattern {
    case .planes(let batch, let channels, let area):
      planeMoments(x, batch, channels, area, into: MomentResults(mean, variance))
    case .columns(let rows, let channels):
      columnMoments(x, rows, channels, into: MomentResults(mean, variance))
    case .rows(let rows, let length):
      guard mean.isContiguous else {
        return reference.moments(input, axes: axes, mean: mean, variance: variance)
      }
      let results = MomentResults(mean, variance)
      ThreadTeam.run(count: rows, grain: max(1, Grain.cheap / length)) { range in
        for row in range {
          var moments = kernel_moments()
          kernel_moments_rows_float32(x + row * length, 1, 0, length, &moments)
          results.write(moments, at: row)
        }
      }
    }
  }

  private func planeMoments(
    _ x: UnsafeMutablePointer<Float>, _ batch: Int, _ channels: Int, _ area: Int,
    into results: MomentResults
  ) {
    let images = max(1, min(batch, Grain.cheap / area))
    let pieces = (batch + images - 1) / images
    withUnsafeTemporaryAllocation(of: kernel_moments.self, capacity: channels * pieces) { partial in
      let start = partial.baseAddress.unsafelyUnwrapped
      start.initialize(repeating: kernel_moments(), count: channels * pieces)
      ThreadTeam.run(
        count: channels * pieces, grain: max(1, Grain.cheap / (images * area))
      ) { range in
        for item in range {
          let image = item % pieces * images
          kernel_moments_rows_float32(
            x + (image * channels + item / pieces) * area, min(images, batch - image),
            channels * area, area, start + item)
        }
      }
      for channel in 0..<channels {
        let moments = start + channel * pieces
        for piece in 1..<pieces { kernel_moments_merge(moments, moments + piece) }
        results.write(moments.pointee, at: channel)
      }
    }
  }

  private func columnMoments(
    _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ channels: Int, into results: MomentResults
  ) {
    let height = max(32, Grain.cheap / channels)
    let pieces = (rows + height - 1) / height
    withUnsafeTemporaryAllocation(of: kernel_moments.self, capacity: channels * pieces) { partial in
      let start = partial.baseAddress.unsafelyUnwrapped
      start.initialize(repeating: kernel_moments(), count: channels * pieces)
      ThreadTeam.run(blocks: pieces) { piece in
        let row = piece * height
        kernel_moments_columns_float32(
          x + row * channels, min(height, rows - row), channels, start + piece * channels)
      }
      for channel in 0..<channels {
        for piece in 1..<pieces {
          kernel_moments_merge(start + channel, start + piece * channels + channel)
        }
        results.write(start[channel], at: channel)
      }
    }
  }
}

/// Where mean and variance go.
private struct MomentResults {
  let mean: UnsafeMutablePointer<Float>
  let variance: UnsafeMutablePointer<Float>

  init(_ mean: NDArray, _ variance: NDArray) {
    self.mean = mean.pointer(as: Float.self)
    self.variance = variance.pointer(as: Float.self)
  }

  func write(_ moments: kernel_moments, at index: Int) {
    mean[index] = Float(moments.mean)
    variance[index] = Float(moments.squares / moments.count)
  }
}
