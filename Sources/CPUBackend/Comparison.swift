import Arrays
import CKernels

extension CPUBackend {
  package func compare(
    _ operation: ComparisonOperation, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    guard output.layout.fitsNest else { return reference.compare(operation, a, b, into: output) }
    switch a.dataType {
    case .float32:
      compare(
        operation, a, b, into: output, as: Float.self, flat: kernel_compare_float32,
        strided: kernel_compare_float32_strided)
    case .int64:
      compare(
        operation, a, b, into: output, as: Int64.self, flat: kernel_compare_int64,
        strided: kernel_compare_int64_strided)
    default: reference.compare(operation, a, b, into: output)
    }
  }

  private typealias FlatComparison<Element> = (
    kernel_comparison, UnsafePointer<Element>?, Int, UnsafePointer<Element>?, Int,
    UnsafeMutablePointer<UInt8>?, Int
  ) -> Void
  private typealias StridedComparison<Element> = (
    kernel_comparison, UnsafePointer<kernel_nest>?, UnsafePointer<Element>?,
    UnsafePointer<Element>?, UnsafeMutablePointer<UInt8>?, Int, Int
  ) -> Void

  @inline(__always)
  private func compare<Element>(
    _ operation: ComparisonOperation, _ a: NDArray, _ b: NDArray, into output: NDArray,
    as type: Element.Type, flat: FlatComparison<Element>, strided: StridedComparison<Element>
  ) {
    let code = operation.code
    let x = a.pointer(as: Element.self), y = b.pointer(as: Element.self)
    let z = output.pointer(as: UInt8.self)
    if let xStep = a.flatStep(beside: output), let yStep = b.flatStep(beside: output) {
      return ThreadTeam.run(count: output.count, grain: Grain.cheap) { range in
        let first = range.lowerBound
        flat(code, x + first * xStep, xStep, y + first * yStep, yStep, z + first, range.count)
      }
    }
    var nest = kernel_nest_make(
      output.rank, output.shape.lengths, output.strides, a.strides, b.strides, nil)
    runNest(&nest, grain: Grain.cheap) { nest, range in
      strided(code, nest, x, y, z, range.lowerBound, range.upperBound)
    }
  }

  package func select(
    _ condition: NDArray, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    guard output.dataType == .float32, output.layout.fitsNest else {
      return reference.select(condition, a, b, into: output)
    }
    let c = condition.pointer(as: UInt8.self)
    let x = a.pointer(as: Float.self), y = b.pointer(as: Float.self)
    let z = output.pointer(as: Float.self)
    if let cStep = condition.flatStep(beside: output), let xStep = a.flatStep(beside: output),
      let yStep = b.flatStep(beside: output)
    {
      return ThreadTeam.run(count: output.count, grain: Grain.cheap) { range in
        let first = range.lowerBound
        kernel_select_float32(
          c + first * cStep, cStep, x + first * xStep, xStep, y + first * yStep, yStep, z + first,
          range.count)
      }
    }
    var nest = kernel_nest_make(
      output.rank, output.shape.lengths, output.strides, condition.strides, a.strides, b.strides)
    runNest(&nest, grain: Grain.cheap) { nest, range in
      kernel_select_float32_strided(nest, c, x, y, z, range.lowerBound, range.upperBound)
    }
  }
}
