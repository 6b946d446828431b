import Arrays
import CKernels

extension CPUBackend {
  /// output[…, m, n] = Σ_k a[…, m, k] · b[…, k, n] (+ bias[n]).
  ///
  /// Small and thin float32 products run in kernels of our own, the others in a library (see
  /// `ProductLibrary`); float64 in OpenBLAS; 16-bit floats are converted to float32 and back;
  /// integers are multiplied by the reference. The output is contiguous; rows of a float32 matrix
  /// may be apart.
  package func matmul(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray) {
    if output.count == 0 { return }
    if output.rank > 2, let rows = MatrixOperand.tall(a), let shared = MatrixOperand.shared(b) {
      // The rows of all batches meet the same matrix: one product.
      let lengths: Shape = [rows.shape[0], output.shape[output.rank - 1]]
      return matmul(
        rows, shared, bias: bias, into: output.view(Layout(contiguous: lengths)))
    }
    switch output.dataType {
    case .float32 where output.rank == 2:
      multiplyFloat32(a, b, bias: bias, into: output)
    case .float32:
      multiplyBatches(a, b, bias: bias, into: output)
    case .float64:
      multiplyWithLibrary(a, b, bias: bias, into: output, Double.self)
    case .float16, .bfloat16:
      throughFloat32([a, b], bias: bias, into: output) { operands, bias, result in
        matmul(operands[0], operands[1], bias: bias, into: result)
      }
    case .int8, .int16, .int32, .int64, .uint8, .bool:
      reference.matmul(a, b, bias: bias, into: output)
    }
  }

  /// Up to so many multiplications, calling a library costs more than it saves.
  private static var smallWork: Int { 16384 }

  /// Elements of a matrix that one block multiplies by a vector.
  private static var vectorGrain: Int { 1 << 16 }

  /// One float32 product. Nothing is allocated on the way to the small kernel.
  private func multiplyFloat32(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray) {
    let m = output.layout.shape.lengths[0]
    let n = output.layout.shape.lengths[1]
    let k = a.layout.shape.lengths[1]
    if n == 1 || m == 1 {
      multiplyVector(a, b, bias: bias, into: output, m: m, n: n, k: k)
    } else if m * n * k <= CPUBackend.smallWork, output.isContiguous {
      multiplySmall(
        a, offset: 0, b, offset: 0, bias: bias, into: output.pointer(as: Float.self), m: m, n: n,
        k: k)
    } else {
      multiplyWithLibrary(a, b, bias: bias, into: output, Float.self)
    }
  }

  private func multiplySmall(
    _ a: NDArray, offset aOffset: Int, _ b: NDArray, offset bOffset: Int, bias: NDArray?,
    into result: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int
  ) {
    let rank = a.layout.strides.count
    kernel_product_small_float32(
      Int64(m), Int64(n), Int64(k), a.pointer(as: Float.self) + aOffset,
      Int64(a.layout.strides[rank - 2]), Int64(a.layout.strides[rank - 1]),
      b.pointer(as: Float.self) + bOffset, Int64(b.layout.strides[rank - 2]),
      Int64(b.layout.strides[rank - 1]), bias?.pointer(as: Float.self),
      Int64(bias?.layout.strides[0] ?? 0), result)
  }

  /// A matrix times a column (n = 1), or a row times a matrix (m = 1).
  private func multiplyVector(
    _ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray, m: Int, n: Int, k: Int
  ) {
    let isColumn = n == 1
    let matrix = isColumn ? a : b
    let vector = isColumn ? b : a
    let rows = isColumn ? m : n
    let rowStride = matrix.layout.strides[isColumn ? 0 : 1]
    let depthStride = matrix.layout.strides[isColumn ? 1 : 0]
    let vectorStride = vector.layout.strides[isColumn ? 0 : 1]
    // A column has one bias for all its rows.
    let biasStride = isColumn ? 0 : bias?.layout.strides[0] ?? 0
    let result = output.pointer(as: Float.self)
    ThreadTeam.run(count: rows, grain: CPUBackend.vectorGrain / max(k, 1), unit: 64) { range in
      kernel_product_vector_float32(
        Int64(range.count), Int64(k), matrix.pointer(as: Float.self) + range.lowerBound * rowStride,
        Int64(rowStride), Int64(depthStride), vector.pointer(as: Float.self), Int64(vectorStride),
        bias.map { $0.pointer(as: Float.self) + range.lowerBound * biasStride },
        Int64(biasStride), result + range.lowerBound)
    }
  }

  private func multiplyBatches(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray) {
    let rank = output.rank
    let m = output.shape[rank - 2]
    let n = output.shape[rank - 1]
    let k = a.shape[rank - 1]
    let work = m * n * k
    let left = MatrixOperand(a)
    let right = MatrixOperand(b)
    if work > CPUBackend.smallWork {
      return multiplyWithLibrary(a, b, bias: bias, into: output, Float.self)
    }
    let result = output.pointer(as: Float.self)
    let batches = output.count / (m * n)
    ThreadTeam.run(count: batches, grain: 4 * CPUBackend.smallWork / max(work, 1)) { range in
      for batch in range {
        multiplySmall(
          a, offset: left.offset(batch: batch), b, offset: right.offset(batch: batch), bias: bias,
          into: result + batch * m * n, m: m, n: n, k: k)
      }
    }
  }

  private func multiplyWithLibrary<Element: LibraryElement>(
    _ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray, _ type: Element.Type
  ) {
    let left = MatrixOperand(a)
    let right = MatrixOperand(b)
    let isMatrix = output.rank == 2 && output.shape[0] > 1
    LibraryProduct(
      a: left.arranged(by: self), b: right.arranged(by: self), bias: bias,
      batches: output.count / (left.rows * right.columns), m: left.rows, n: right.columns,
      k: left.columns, output: output.pointer(as: Element.self),
      rowStride: isMatrix ? output.strides[0] : right.columns
    ).run()
  }

  /// Converts the operands to float32, computes, and converts the result back.
  func throughFloat32(
    _ operands: [NDArray], bias: NDArray?, into output: NDArray,
    _ compute: ([NDArray], NDArray?, NDArray) -> Void
  ) {
    func converted(_ array: NDArray) -> NDArray {
      let layout =
        array.layout.isChannelsLast && !array.isContiguous
        ? Layout(channelsLast: array.shape) : Layout(contiguous: array.shape)
      let result = NDArray(uninitialized: layout, .float32)
      copy(array, into: result)
      return result
    }
    let result = NDArray(uninitialized: output.layout, .float32)
    compute(operands.map(converted), bias.map(converted), result)
    copy(result, into: output)
  }
}
