import Arrays

/// Slices of the input along an axis, chosen by index: result[i…, j…, k…] = x[i…, indices[j…], k…].
/// The indices are checked before.
package struct TakePrimitive: Primitive {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "take" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, indices) = (inputs[0], inputs[1])
    try Indices.checkType(indices, in: name)
    var lengths = x.shape.lengths
    lengths.replaceSubrange(axis...axis, with: indices.shape.lengths)
    return TensorSpec(Shape(lengths), x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.take(inputs[0].array, indices: inputs[1].array, axis: axis, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (x, indices) = (call.inputs[0], call.inputs[1])
    call.add(
      apply(PutPrimitive(.add, axis: axis, length: x.shape[axis]), [call.cotangent, indices]),
      to: 0)
  }
}

extension TakePrimitive {
  package static let exemplars = [0, 1].map { axis in
    Exemplar(
      "take along \(axis)", [.init([4, 3]), .init([2, 2], 0...2, .int64)],
      dataTypes: DataType.allCases
    ) { apply(TakePrimitive(axis: axis), $0) }
  }
}

/// The adjoint of `take`: a tensor of zeros with `length` along the axis, to which the updates are
/// added (or in which they replace what is there) at the places that the indices name.
package struct PutPrimitive: Primitive {
  package let operation: ScatterOperation
  package let axis: Int
  package let length: Int

  package init(_ operation: ScatterOperation, axis: Int, length: Int) {
    self.operation = operation
    self.axis = axis
    self.length = length
  }

  package var name: String { "put" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (updates, indices) = (inputs[0], inputs[1])
    try Indices.checkType(indices, in: name)
    var lengths = updates.shape.lengths
    guard lengths.dropFirst(axis).starts(with: indices.shape) else {
      throw ShapeError(
        name, "updates \(updates.shape) do not fit indices \(indices.shape) at axis \(axis)")
    }
    lengths.replaceSubrange(axis..<axis + indices.rank, with: [length])
    return TensorSpec(Shape(lengths), updates.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.fill(result, with: 0)
    backend.put(
      operation, inputs[0].array, indices: inputs[1].array, axis: axis, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let indices = call.inputs[1]
    let cotangent = apply(TakePrimitive(axis: axis), [call.cotangent, indices])
    guard operation == .replace else { return call.add(cotangent, to: 0) }
    // What was overwritten by a later update has no part in the result.
    let order = Tensor.range(0..<indices.count).reshaped(to: indices.shape)
    let last = apply(PutPrimitive(.replace, axis: 0, length: length), [order, indices])
    let stayed = (apply(TakePrimitive(axis: 0), [last, indices]) .== order).reshaped(
      to: Shape(indices.shape.lengths + Array(repeating: 1, count: call.output.rank - axis - 1)))
    call.add(`where`(stayed.expanded(to: cotangent.shape), cotangent, 0), to: 0)
  }
}

extension PutPrimitive {
  package static let exemplars = [
    Exemplar(
      "put", [.init([2, 2, 3]), .init([2, 2], 0...4, .int64)], dataTypes: DataType.numeric
    ) { apply(PutPrimitive(.add, axis: 0, length: 5), $0) },
    Exemplar(
      "put in place", [.init([2, 4, 2]), .init([4], 0...4, .int64)], dataTypes: DataType.allCases
    ) { apply(PutPrimitive(.replace, axis: 1, length: 5), $0) },
  ]
}

/// One element of each line along an axis: result[i, j, k] = x[i, indices[i, j, k], k].
package struct TakeAlongAxisPrimitive: Primitive {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "takeAlongAxis" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, indices) = (inputs[0], inputs[1])
    try Indices.checkType(indices, in: name)
    try Indices.checkShape(indices.shape, within: x.shape, axis: axis, in: name)
    return TensorSpec(indices.shape, x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.takeAlongAxis(inputs[0].array, indices: inputs[1].array, axis: axis, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (x, indices) = (call.inputs[0], call.inputs[1])
    call.add(
      apply(
        PutAlongAxisPrimitive(.add, axis: axis, target: x.shape), [call.cotangent, indices]), to: 0)
  }
}

extension TakeAlongAxisPrimitive {
  package static let exemplars = [0, 1].map { axis in
    Exemplar(
      "takeAlongAxis \(axis)", [.init([3, 4]), .init([3, 2], 0...2, .int64)],
      dataTypes: DataType.allCases
    ) { apply(TakeAlongAxisPrimitive(axis: axis), $0) }
  }
}

/// The adjoint of `takeAlongAxis`: zeros of the target shape, to which the updates are added.
package struct PutAlongAxisPrimitive: Primitive {
  package let operation: ScatterOperation
  package let axis: Int
  package let target: Shape

  package init(_ operation: ScatterOperation, axis: Int, target: Shape) {
    self.operation = operation
    self.axis = axis
    self.target = target
  }

  package var name: String { "putAlongAxis" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (updates, indices) = (inputs[0], inputs[1])
    try Indices.checkType(indices, in: name)
    try Indices.checkShape(indices.shape, within: target, axis: axis, in: name)
    if updates.shape != indices.shape {
      throw ShapeError(
        name, "updates \(updates.shape) and indices \(indices.shape) are not of one shape")
    }
    return TensorSpec(target, updates.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: target), spec.dataType)
    backend.fill(result, with: 0)
    backend.putAlongAxis(
      operation, inputs[0].array, indices: inputs[1].array, axis: axis, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let indices = call.inputs[1]
    let cotangent = apply(TakeAlongAxisPrimitive(axis: axis), [call.cotangent, indices])
    guard operation == .replace else { return call.add(cotangent, to: 0) }
    // What was overwritten by a later update has no part in the result.
    let order = Tensor.range(0..<indices.count).reshaped(to: indices.shape)
    let last = apply(self, [order, indices])
    let stayed = apply(TakeAlongAxisPrimitive(axis: axis), [last, indices]) .== order
    call.add(`where`(stayed, cotangent, 0), to: 0)
  }
}

extension PutAlongAxisPrimitive {
  package static let exemplars = [
    Exemplar(
      "putAlongAxis", [.init([3, 2]), .init([3, 2], 0...3, .int64)], dataTypes: DataType.numeric
    ) { apply(PutAlongAxisPrimitive(.add, axis: 1, target: [3, 4]), $0) },
    Exemplar(
      "putAlongAxis in place", [.init([3, 4]), .init([3, 4], 0...3, .int64)],
      dataTypes: DataType.allCases
    ) { apply(PutAlongAxisPrimitive(.replace, axis: 1, target: [3, 4]), $0) },
  ]
}
