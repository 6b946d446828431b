import Arrays
import CKernels

extension NDArray {
  /// How `self` is walked beside a dense array of the same shape, flat in memory: 1 where it has
  /// the same layout, 0 where it is one number; nil where only a nest of loops will do.
  @inline(__always)
  func flatStep(beside output: NDArray) -> Int? {
    if layout === output.layout || layout.isContiguous && output.layout.isContiguous { return 1 }
    if layout.isConstant { return 0 }
    return layout.hasSameStrides(as: output.layout) ? 1 : nil
  }
}

extension Layout {
  /// Whether every index leads to one place.
  var isConstant: Bool {
    for axis in 0..<shape.rank where strides[axis] != 0 && shape[axis] != 1 { return false }
    return true
  }

  /// Whether nests of loops can hold this layout's axes.
  var fitsNest: Bool { rank <= Int(KERNEL_MAXIMUM_RANK) }
}

extension CPUBackend {
  package func fill(_ output: NDArray, with value: Double) {
    guard output.dataType == .float32 else { return reference.fill(output, with: value) }
    let pointer = output.pointer(as: Float.self)
    ThreadTeam.run(count: output.count, grain: Grain.cheap) { range in
      kernel_fill_float32(Float(value), pointer + range.lowerBound, range.count)
    }
  }

  package func unary(_ operation: UnaryOperation, _ input: NDArray, into output: NDArray) {
    guard input.dataType == .float32, output.dataType == .float32, output.layout.fitsNest,
      let code = operation.code
    else { return reference.unary(operation, input, into: output) }
    let count = output.count
    let x = input.pointer(as: Float.self), y = output.pointer(as: Float.self)
    if input.flatStep(beside: output) == 1 {
      if count <= code.grain {
        return kernel_unary_float32(code.operation, x, y, count, code.p, code.q)
      }
      return ThreadTeam.run(count: count, grain: code.grain) { range in
        kernel_unary_float32(
          code.operation, x + range.lowerBound, y + range.lowerBound, range.count, code.p, code.q)
      }
    }
    var nest = kernel_nest_make(
      output.rank, output.shape.lengths, output.strides, input.strides, nil, nil)
    runNest(&nest, grain: code.grain) { nest, range in
      kernel_unary_float32_strided(
        code.operation, nest, x, y, range.lowerBound, range.upperBound, code.p, code.q)
    }
  }

  package func binary(
    _ operation: BinaryOperation, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    guard output.dataType == .float32, output.layout.fitsNest, let code = operation.code else {
      return reference.binary(operation, a, b, into: output)
    }
    let count = output.count
    let x = a.pointer(as: Float.self), y = b.pointer(as: Float.self)
    let z = output.pointer(as: Float.self)
    let grain = operation.grain
    if let xStep = a.flatStep(beside: output), let yStep = b.flatStep(beside: output) {
      if count <= grain { return kernel_binary_float32(code, x, xStep, y, yStep, z, count) }
      return ThreadTeam.run(count: count, grain: grain) { range in
        let first = range.lowerBound
        kernel_binary_float32(
          code, x + first * xStep, xStep, y + first * yStep, yStep, z + first, range.count)
      }
    }
    var nest = kernel_nest_make(
      output.rank, output.shape.lengths, output.strides, a.strides, b.strides, nil)
    runNest(&nest, grain: grain) { nest, range in
      kernel_binary_float32_strided(code, nest, x, y, z, range.lowerBound, range.upperBound)
    }
  }

  /// Runs `body` over all elements of a nest, in parallel where there are many.
  @inline(__always)
  func runNest(
    _ nest: inout kernel_nest, grain: Int,
    _ body: (UnsafePointer<kernel_nest>, Range<Int>) -> Void
  ) {
    let count = nest.count
    if count == 0 { return }
    withUnsafePointer(to: &nest) { nest in
      if count <= grain { return body(nest, 0..<count) }
      ThreadTeam.run(count: count, grain: grain) { body(nest, $0) }
    }
  }
}
