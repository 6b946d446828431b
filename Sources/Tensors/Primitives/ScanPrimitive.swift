import Arrays

/// Running sums or products along an axis: yᵢ = x₀ + … + xᵢ, or from the other end.
package struct ScanPrimitive: Primitive {
  package let operation: ScanOperation
  package let axis: Int
  package let isReversed: Bool

  package init(_ operation: ScanOperation, axis: Int, isReversed: Bool) {
    self.operation = operation
    self.axis = axis
    self.isReversed = isReversed
  }

  package var name: String { operation == .sum ? "cumulativeSum" : "cumulativeProduct" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    if inputs[0].dataType == .bool {
      throw ShapeError(name, "needs numbers, found bool; convert with to(.int64)")
    }
    return TensorSpec(inputs[0].shape, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.scan(operation, inputs[0].array, axis: axis, isReversed: isReversed, into: result)
    return result
  }

  package var saved: SavedValues { operation == .sum ? [] : .inputs }

  package func pullback(_ call: PullbackCall) {
    let dy = call.cotangent
    switch operation {
    case .sum:
      call.add(
        apply(ScanPrimitive(.sum, axis: axis, isReversed: !isReversed), [dy]), to: 0)
    case .product: call.add(productPullback(call.inputs[0], dy), to: 0)
    }
  }

  /// dxⱼ = Σᵢ dyᵢ ∂yᵢ/∂xⱼ, where ∂yᵢ/∂xⱼ is the product of yᵢ's other factors: a triangle of
  /// products without division, so that zeros do no harm; quadratic in the axis's length.
  private func productPullback(_ x: Tensor, _ dy: Tensor) -> Tensor {
    let length = x.shape[axis]
    var parts: [Tensor] = []
    for j in 0..<length {
      let others = concatenate(
        [
          x.slice(0..<j, along: axis), x.slice(j..<j + 1, along: axis).onesLike(),
          x.slice(j + 1..<length, along: axis),
        ], along: axis)
      let products = apply(self, [others])
      let reach = isReversed ? 0..<j + 1 : j..<length
      let terms = dy.slice(reach, along: axis) * products.slice(reach, along: axis)
      parts.append(apply(ReducePrimitive(.sum, axes: [axis]), [terms]))
    }
    return parts.isEmpty ? x.zerosLike() : concatenate(parts, along: axis)
  }
}

extension ScanPrimitive {
  package static let exemplars: [Exemplar] = ScanOperation.allCases.flatMap { operation in
    [(0, false), (1, true), (2, false)].map { axis, isReversed in
      Exemplar(
        "cumulative \(operation) along \(axis)\(isReversed ? " reversed" : "")",
        [.init([2, 3, 4])], dataTypes: DataType.numeric
      ) { apply(ScanPrimitive(operation, axis: axis, isReversed: isReversed), $0) }
    }
  }
}
