import Arrays
import CKernels

extension CPUBackend {
  package func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray
  ) {
    guard input.dataType == .float32, input.isContiguous, output.isContiguous, input.count > 0,
      axis == input.rank - 1
    else { return reference.argumentReduce(operation, input, axis: axis, into: output) }
    let code = operation == .maximum ? KERNEL_LARGEST : KERNEL_SMALLEST
    let x = input.pointer(as: Float.self), y = output.pointer(as: Int64.self)
    overRows(of: input) { rows, length in
      for row in rows { y[row] = Int64(kernel_argument_float32(code, x + row * length, length)) }
    }
  }

  package func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool,
    into output: NDArray
  ) {
    guard operation == .sum, input.dataType == .float32, input.isContiguous,
      output.isContiguous, axis == input.rank - 1
    else {
      return reference.scan(operation, input, axis: axis, isReversed: isReversed, into: output)
    }
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    overRows(of: input) { rows, length in
      for row in rows {
        let first = row * length
        kernel_running_sum_float32(x + first, y + first, length, isReversed ? 1 : 0)
      }
    }
  }
}
