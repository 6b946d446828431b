import Arrays
import CKernels

extension CPUBackend {
  package func copy(_ input: NDArray, into output: NDArray) {
    if input.dataType != output.dataType { return convert(input, into: output) }
    guard output.layout.fitsNest else { return reference.copy(input, into: output) }
    let bytes = input.dataType.byteCount, count = input.count
    let x = UnsafeRawPointer(input.rawPointer), y = output.rawPointer
    if input.isContiguous && output.isContiguous
      || input.layout.hasSameStrides(as: output.layout) && output.layout.isDense
    {
      if count <= Grain.cheap { return y.copyMemory(from: x, byteCount: count * bytes) }
      return ThreadTeam.run(count: count, grain: 4 * Grain.cheap) { range in
        let first = range.lowerBound * bytes
        (y + first).copyMemory(from: x + first, byteCount: range.count * bytes)
      }
    }
    var nest = kernel_nest_make(
      output.rank, output.shape.lengths, output.strides, input.strides, nil, nil)
    let axis = kernel_copy_transposed_axis(&nest)
    if axis < 0 {
      return runNest(&nest, grain: Grain.cheap) { nest, range in
        kernel_copy_strided(nest, x, y, Int32(bytes), range.lowerBound, range.upperBound)
      }
    }
    copyTransposed(&nest, along: axis, x, y, bytes: bytes)
  }

  private func copyTransposed(
    _ nest: inout kernel_nest, along axis: Int32, _ x: UnsafeRawPointer,
    _ y: UnsafeMutableRawPointer, bytes: Int
  ) {
    let units = kernel_copy_transposed_units(&nest, axis)
    if units == 0 { return }
    let elements = max(1, nest.count / units)
    withUnsafePointer(to: &nest) { nest in
      ThreadTeam.run(count: units, grain: max(1, Grain.cheap / elements)) { range in
        kernel_copy_transposed(
          nest, axis, x, y, Int32(bytes), range.lowerBound, range.upperBound)
      }
    }
  }

  private func convert(_ input: NDArray, into output: NDArray) {
    guard
      input.isContiguous && output.isContiguous
        || input.layout.hasSameStrides(as: output.layout) && output.layout.isDense
    else { return reference.copy(input, into: output) }
    switch (input.dataType, output.dataType) {
    case (.uint8, .float32), (.bool, .float32):
      convert(input, output, UInt8.self, Float.self, kernel_convert_uint8_to_float32)
    case (.int32, .float32):
      convert(input, output, Int32.self, Float.self, kernel_convert_int32_to_float32)
    case (.int64, .float32):
      convert(input, output, Int64.self, Float.self, kernel_convert_int64_to_float32)
    case (.float32, .float64):
      convert(input, output, Float.self, Double.self, kernel_convert_float32_to_float64)
    case (.float64, .float32):
      convert(input, output, Double.self, Float.self, kernel_convert_float64_to_float32)
    case (.float32, .bool):
      convert(input, output, Float.self, UInt8.self, kernel_convert_float32_to_bool)
    default: reference.copy(input, into: output)
    }
  }

  @inline(__always)
  private func convert<From, To>(
    _ input: NDArray, _ output: NDArray, _ from: From.Type, _ to: To.Type,
    _ body: (UnsafePointer<From>?, UnsafeMutablePointer<To>?, Int) -> Void
  ) {
    let x = input.pointer(as: From.self), y = output.pointer(as: To.self)
    ThreadTeam.run(count: input.count, grain: Grain.cheap) { range in
      body(x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }
}
