import Arrays

/// Which elements of an axis a slice takes: `count` of them from `start`, `step` apart; a negative
/// step walks backward.
package struct AxisSlice: Hashable, Sendable {
  package var start: Int
  package var step: Int
  package var count: Int

  package init(start: Int, step: Int = 1, count: Int) {
    self.start = start
    self.step = step
    self.count = count
  }
}

/// Some elements of every axis, evenly spaced. No copy.
package struct SlicePrimitive: Primitive {
  package let slices: [AxisSlice]

  package init(_ slices: [AxisSlice]) { self.slices = slices }

  package var name: String { "slice" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let shape = inputs[0].shape
    try AxisSlice.check(slices, fit: shape, in: name)
    return TensorSpec(Shape(slices.map(\.count)), inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    inputs[0].array.view(AxisSlice.layout(inputs[0].array.layout, slices))
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(
      apply(PlacePrimitive(slices, in: call.inputs[0].shape), [call.cotangent]), to: 0)
  }
}

extension AxisSlice {
  static func check(
    _ slices: [AxisSlice], fit shape: Shape, in operation: String
  ) throws(ShapeError) {
    guard slices.count == shape.rank else {
      throw ShapeError(operation, "\(slices.count) slices for the \(shape.rank) axes of \(shape)")
    }
    for (axis, slice) in slices.enumerated() where slice.count > 0 {
      let last = slice.start + (slice.count - 1) * slice.step
      guard slice.start >= 0, slice.start < shape[axis], last >= 0, last < shape[axis] else {
        throw ShapeError(
          operation, "elements \(slice.start)…\(last) of axis \(axis) lie outside \(shape)")
      }
    }
  }

  /// The layout of the sliced view.
  static func layout(_ layout: Layout, _ slices: [AxisSlice]) -> Layout {
    var offset = layout.offset
    for (axis, slice) in slices.enumerated() where slice.count > 0 {
      offset += slice.start * layout.strides[axis]
    }
    return Layout(
      shape: Shape(slices.map(\.count)),
      strides: zip(layout.strides, slices).map { $0 * $1.step }, offset: offset)
  }
}

extension SlicePrimitive {
  package static let exemplars = [
    Exemplar("slice", [.init([4, 5])], dataTypes: DataType.allCases) {
      apply(
        SlicePrimitive([AxisSlice(start: 1, count: 2), AxisSlice(start: 0, step: 2, count: 3)]),
        $0)
    },
    Exemplar("slice backward", [.init([4, 5])], dataTypes: DataType.allCases) {
      apply(
        SlicePrimitive([AxisSlice(start: 3, step: -1, count: 4), AxisSlice(start: 0, count: 5)]), $0
      )
    },
  ]
}

/// The adjoint of a slice: a tensor of the given shape that holds the input at the slice's places and
/// zero elsewhere.
package struct PlacePrimitive: Primitive {
  package let slices: [AxisSlice]
  package let target: Shape

  package init(_ slices: [AxisSlice], in target: Shape) {
    self.slices = slices
    self.target = target
  }

  package var name: String { "pad" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    try AxisSlice.check(slices, fit: target, in: name)
    guard inputs[0].shape.lengths == slices.map(\.count) else {
      throw ShapeError(
        name, "\(inputs[0].shape) does not fill \(Shape(slices.map(\.count))) of \(target)")
    }
    return TensorSpec(target, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: target), spec.dataType)
    backend.fill(result, with: 0)
    if inputs[0].count > 0 {
      backend.copy(inputs[0].array, into: result.view(AxisSlice.layout(result.layout, slices)))
    }
    return result
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(apply(SlicePrimitive(slices), [call.cotangent]), to: 0)
  }
}

extension PlacePrimitive {
  package static let exemplars = [
    Exemplar("place", [.init([2, 3])], dataTypes: DataType.allCases) {
      apply(
        PlacePrimitive(
          [AxisSlice(start: 1, count: 2), AxisSlice(start: 4, step: -2, count: 3)], in: [4, 5]), $0)
    }
  ]
}
