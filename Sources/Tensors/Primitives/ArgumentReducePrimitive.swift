import Arrays

/// The index (int64) of the first extremum along an axis, which stays with length 1. No derivative.
package struct ArgumentReducePrimitive: Primitive {
  package let operation: ArgumentReduction
  package let axis: Int

  package init(_ operation: ArgumentReduction, axis: Int) {
    self.operation = operation
    self.axis = axis
  }

  package var name: String { operation == .maximum ? "argmax" : "argmin" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    var shape = inputs[0].shape
    if shape[axis] == 0 {
      throw ShapeError(name, "axis \(axis) of \(shape) is empty and has no \(operation)")
    }
    shape[axis] = 1
    return TensorSpec(shape, .int64)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), .int64)
    backend.argumentReduce(operation, inputs[0].array, axis: axis, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {}
}

extension ArgumentReducePrimitive {
  package static let exemplars: [Exemplar] = ArgumentReduction.allCases.flatMap { operation in
    [0, 1, 2].map { axis in
      Exemplar(
        "arg\(operation) along \(axis)", [.init([2, 3, 4])], dataTypes: DataType.numeric,
        isDifferentiable: false
      ) { apply(ArgumentReducePrimitive(operation, axis: axis), $0) }
    }
  }
}
