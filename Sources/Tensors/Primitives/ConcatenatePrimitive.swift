import Arrays

/// Tensors one after another along an axis; all other axes are equal.
package struct ConcatenatePrimitive: Primitive {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "concatenate" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    var shape = inputs[0].shape
    for (place, input) in inputs.enumerated().dropFirst() {
      try Elementwise.check(inputs[0].array, input.array, in: name)
      var others = input.shape
      if input.rank == shape.rank { others[axis] = shape[axis] }
      if others != shape {
        throw ShapeError(
          name,
          "tensor \(place) has shape \(input.shape), tensor 0 \(inputs[0].shape); they may "
            + "differ along axis \(axis) only")
      }
    }
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    return TensorSpec(shape, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    var start = 0
    for input in inputs where input.count > 0 {
      var slices = input.shape.map { AxisSlice(start: 0, count: $0) }
      slices[axis].start = start
      backend.copy(input.array, into: result.view(AxisSlice.layout(result.layout, slices)))
      start += input.shape[axis]
    }
    return result
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    var start = 0
    for (index, input) in call.inputs.enumerated() {
      let range = start..<start + input.shape[axis]
      call.add(call.cotangent.slice(range, along: axis), to: index)
      start = range.upperBound
    }
  }
}

extension ConcatenatePrimitive {
  package static let exemplars = [0, 1].map { axis in
    Exemplar(
      "concatenate along \(axis)",
      [.init([2, 3]), .init(axis == 0 ? [1, 3] : [2, 4]), .init(axis == 0 ? [0, 3] : [2, 0])],
      dataTypes: DataType.allCases
    ) { apply(ConcatenatePrimitive(axis: axis), $0) }
  }
}
