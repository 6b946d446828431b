import Arrays
import CKernels

extension CPUBackend {
  /// Layer normalization and its kin: every row by itself. False where the numbers' layout has no
  /// kernel.
  func rowsBackward(
    _ input: NDArray, _ cotangent: NDArray, _ rows: Int, _ length: Int,
    _ call: NormalizationCotangents
  ) -> Bool {
    guard call.mean.layout.hasSameStrides(as: call.variance.layout),
      call.mean.isContiguous || rows == 1, input.isContiguous,
      let scales = RowNumbers(call.scale, firstAxis: call.axes[0], length: length)
    else { return false }
    let isShared = scales.isDense && scales.isShared
    let asksForNumbers = call.scaleCotangent != nil || call.shiftCotangent != nil
    let hasRowNumbers = [call.scaleCotangent, call.shiftCotangent].allSatisfy {
      $0.map { $0.count == length && $0.isContiguous } ?? true
    }
    if !isShared || asksForNumbers && (call.scale == nil || !hasRowNumbers) {
      return composedBackward(input, cotangent, rows, length, call)
    }
    if let output = call.inputCotangent {
      rowCotangents(input, cotangent, rows, length, call, scale: scales.pointer(row: 0), output)
    }
    if asksForNumbers { numberCotangents(input, cotangent, rows, length, call) }
    return true
  }

  private func rowCotangents(
    _ input: NDArray, _ cotangent: NDArray, _ rows: Int, _ length: Int,
    _ call: NormalizationCotangents, scale: UnsafePointer<Float>?, _ output: NDArray
  ) {
    let x = input.pointer(as: Float.self), dy = cotangent.pointer(as: Float.self)
    let dx = output.pointer(as: Float.self), statistics = RowStatistics(call)
    ThreadTeam.run(count: rows, grain: max(1, Grain.cheap / length)) { range in
      for row in range {
        let first = row * length
        kernel_normalize_backward_scaled_row_float32(
          x + first, dy + first, dx + first, length, statistics.mean[row],
          statistics.factor(row), scale)
      }
    }
  }

  /// Σ dy · x̂ and Σ dy over all rows, element by element.
  private func numberCotangents(
    _ input: NDArray, _ cotangent: NDArray, _ rows: Int, _ length: Int,
    _ call: NormalizationCotangents
  ) {
    let x = input.pointer(as: Float.self), dy = cotangent.pointer(as: Float.self)
    let statistics = RowStatistics(call)
    let height = max(16, Grain.cheap / length), pieces = (rows + height - 1) / height
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pieces * length * 2) { partials in
      let start = partials.baseAddress.unsafelyUnwrapped
      start.update(repeating: 0, count: pieces * length * 2)
      ThreadTeam.run(blocks: pieces) { piece in
        let sums = start + piece * length * 2
        for row in piece * height..<min(rows, (piece + 1) * height) {
          kernel_normalize_scale_sums_float32(
            x + row * length, dy + row * length, length, statistics.mean[row],
            statistics.factor(row), sums, sums + length)
        }
      }
      let results = [call.scaleCotangent, call.shiftCotangent]
      for (which, result) in results.enumerated() {
        guard let result = result?.pointer(as: Float.self) else { continue }
        for i in 0..<length {
          var total = 0.0
          for piece in 0..<pieces { total += Double(start[(piece * 2 + which) * length + i]) }
          result[i] = Float(total)
        }
      }
    }
  }

  /// Any other layout of scales (a number per channel of a group): dy · scale and x̂ · dy are
  /// computed as arrays, then folded.
  private func composedBackward(
    _ input: NDArray, _ cotangent: NDArray, _ rows: Int, _ length: Int,
    _ call: NormalizationCotangents
  ) -> Bool {
    let shape = input.shape
    if let output = call.inputCotangent {
      var scaled = cotangent
      if let scale = call.scale {
        scaled = NDArray(uninitialized: Layout(contiguous: shape), .float32)
        binary(.multiply, cotangent, scale, into: scaled)
      }
      rowCotangents(input, scaled, rows, length, call, scale: nil, output)
      extendLifetime(scaled)
    }
    if let result = call.shiftCotangent {
      reduce(.sum, cotangent, axes: shape.indices.filter { result.shape[$0] == 1 }, into: result)
    }
    if let result = call.scaleCotangent {
      let product = NDArray(uninitialized: Layout(contiguous: shape), .float32)
      let normalized = NDArray(uninitialized: Layout(contiguous: shape), .float32)
      normalize(
        input, mean: call.mean, variance: call.variance, scale: nil, shift: nil,
        epsilon: call.epsilon, axes: call.axes, into: normalized)
      binary(.multiply, normalized, cotangent, into: product)
      reduce(.sum, product, axes: shape.indices.filter { result.shape[$0] == 1 }, into: result)
      extendLifetime((product, normalized))
    }
    return true
  }
}

/// The mean and (variance + ε)^−½ of each row.
private struct RowStatistics {
  let mean: UnsafeMutablePointer<Float>
  private let variance: UnsafeMutablePointer<Float>
  private let epsilon: Double

  init(_ call: NormalizationCotangents) {
    mean = call.mean.pointer(as: Float.self)
    variance = call.variance.pointer(as: Float.self)
    epsilon = call.epsilon
  }

  func factor(_ row: Int) -> Float { Float(1 / (Double(variance[row]) + epsilon).squareRoot()) }
}
