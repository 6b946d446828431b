import Arrays

/// The same numbers as another element type, or the same type in fresh row-major memory.
///
/// Floating point to integers truncates toward zero and saturates; NaN becomes 0.
package struct ConvertPrimitive: Primitive {
  package let target: DataType

  package init(_ target: DataType) { self.target = target }

  package var name: String { "to" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    TensorSpec(inputs[0].shape, target)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), target)
    backend.copy(inputs[0].array, into: result)
    return result
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(call.cotangent.to(call.inputs[0].dataType), to: 0)
  }
}

extension ConvertPrimitive {
  package static let exemplars = DataType.allCases.map { target in
    Exemplar(
      "to(.\(target))", [.init([3, 4])], dataTypes: DataType.allCases,
      isDifferentiable: target == .float64
    ) { apply(ConvertPrimitive(target), $0) }
  }
}
