import Arrays

/// Stretches axes of length 1, and adds leading axes, by strides of zero: broadcasting. No copy.
/// The cotangent is summed over what was stretched.
package struct ExpandPrimitive: Primitive {
  package let target: Shape

  package init(_ target: Shape) { self.target = target }

  package var name: String { "expand" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let shape = inputs[0].shape
    guard shape.broadcast(with: target) == target else {
      throw ShapeError(
        name,
        "\(shape) does not stretch to \(target): paired from the last, lengths must be "
          + "equal or 1")
    }
    return TensorSpec(target, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    return x.view(x.layout.stretched(to: target))
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(call.cotangent.summed(to: call.inputs[0].shape), to: 0)
  }
}

extension ExpandPrimitive {
  package static let exemplars = [
    Exemplar("expand", [.init([3, 1])], dataTypes: DataType.allCases) {
      apply(ExpandPrimitive([2, 3, 4]), $0)
    },
    Exemplar("expand a number", [.init([])], dataTypes: DataType.allCases) {
      apply(ExpandPrimitive([2, 3]), $0)
    },
  ]
}

/// Another shape for the same elements in row-major order; a view where the strides allow it.
package struct ReshapePrimitive: Primitive {
  package let target: Shape

  package init(_ target: Shape) { self.target = target }

  package var name: String { "reshape" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    guard inputs[0].count == target.elementCount else {
      throw ShapeError(
        name,
        "\(inputs[0].shape) has \(inputs[0].count) elements, \(target) "
          + "\(target.elementCount)")
    }
    return TensorSpec(target, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    if x.isContiguous { return x.view(Layout(contiguous: target)) }
    if let strides = ReshapePrimitive.strides(of: x.layout, reshapedTo: target) {
      return x.view(Layout(shape: target, strides: strides, offset: x.layout.offset))
    }
    let result = NDArray(uninitialized: Layout(contiguous: x.shape), x.dataType)
    backend.copy(x, into: result)
    return result.view(Layout(contiguous: target))
  }

  /// Strides under which `layout`'s elements have the shape `target`, or nil where none do: runs of
  /// axes that lie without gaps in one another are cut anew.
  static func strides(of layout: Layout, reshapedTo target: Shape) -> [Int]? {
    if layout.count == 0 { return Layout.rowMajorStrides(target) }
    let source = layout.shape.indices.filter { layout.shape[$0] != 1 }
    var strides = [Int](repeating: 1, count: target.rank)
    var next = source.count - 1
    var axis = target.rank - 1
    while axis >= 0 {
      if target[axis] == 1 {
        axis -= 1
        continue
      }
      guard next >= 0 else { return nil }
      var length = layout.shape[source[next]]
      let innermost = layout.strides[source[next]]
      while next > 0, layout.strides[source[next - 1]] == innermost * length {
        next -= 1
        length *= layout.shape[source[next]]
      }
      next -= 1
      var step = innermost
      while length > 1 {
        guard axis >= 0, length % target[axis] == 0 else { return nil }
        strides[axis] = step
        step *= target[axis]
        length /= target[axis]
        axis -= 1
      }
    }
    return strides
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    call.add(call.cotangent.reshaped(to: call.inputs[0].shape), to: 0)
  }
}

extension ReshapePrimitive {
  package static let exemplars = [
    Exemplar("reshape", [.init([3, 4])], dataTypes: DataType.allCases) {
      apply(ReshapePrimitive([2, 6]), $0)
    },
    Exemplar("reshape to a number", [.init([1, 1])], dataTypes: DataType.allCases) {
      apply(ReshapePrimitive([]), $0)
    },
  ]
}

/// The axes in another order: result axis i is input axis `axes[i]`. No copy.
package struct PermutePrimitive: Primitive {
  package let axes: [Int]

  package init(_ axes: [Int]) { self.axes = axes }

  package var name: String { "permute" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let shape = inputs[0].shape
    guard axes.sorted() == Array(0..<shape.rank) else {
      throw ShapeError(name, "\(axes) is not an order of the axes of \(shape)")
    }
    return TensorSpec(Shape(axes.map { shape[$0] }), inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    return x.view(
      Layout(shape: spec.shape, strides: axes.map { x.strides[$0] }, offset: x.layout.offset))
  }

  package var saved: SavedValues { [] }

  package func pullback(_ call: PullbackCall) {
    var inverse = [Int](repeating: 0, count: axes.count)
    for (place, axis) in axes.enumerated() { inverse[axis] = place }
    call.add(apply(PermutePrimitive(inverse), [call.cotangent]), to: 0)
  }
}

extension PermutePrimitive {
  package static let exemplars = [
    Exemplar("permute", [.init([2, 3, 4])], dataTypes: DataType.allCases) {
      apply(PermutePrimitive([2, 0, 1]), $0)
    }
  ]
}
