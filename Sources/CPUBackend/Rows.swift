import Arrays
import CKernels

extension CPUBackend {
  package func rows(_ operation: RowOperation, _ input: NDArray, into output: NDArray) {
    guard input.dataType == .float32, input.isContiguous, output.isContiguous, input.rank > 0
    else { return reference.rows(operation, input, into: output) }
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    overRows(of: input) { rows, length in
      let first = rows.lowerBound * length
      switch operation {
      case .softmax: kernel_softmax_float32(x + first, y + first, rows.count, length)
      case .logSoftmax: kernel_log_softmax_float32(x + first, y + first, rows.count, length)
      }
    }
  }

  package func rowsBackward(
    _ operation: RowOperation, result: NDArray, cotangent: NDArray, into output: NDArray
  ) {
    guard result.dataType == .float32, result.isContiguous, cotangent.isContiguous,
      output.isContiguous, result.rank > 0
    else {
      return reference.rowsBackward(operation, result: result, cotangent: cotangent, into: output)
    }
    let y = result.pointer(as: Float.self), dy = cotangent.pointer(as: Float.self)
    let dx = output.pointer(as: Float.self)
    overRows(of: result) { rows, length in
      let first = rows.lowerBound * length
      switch operation {
      case .softmax:
        kernel_softmax_backward_float32(y + first, dy + first, dx + first, rows.count, length)
      case .logSoftmax:
        kernel_log_softmax_backward_float32(y + first, dy + first, dx + first, rows.count, length)
      }
    }
  }

  /// Runs `body` on blocks of rows of a contiguous array, with the length of a row.
  @inline(__always)
  func overRows(of array: NDArray, _ body: (Range<Int>, Int) -> Void) {
    let length = array.shape[array.rank - 1]
    if array.count == 0 { return }
    let rows = array.count / length
    if array.count <= Grain.polynomial { return body(0..<rows, length) }
    ThreadTeam.run(count: rows, grain: max(1, Grain.polynomial / length)) { body($0, length) }
  }
}
