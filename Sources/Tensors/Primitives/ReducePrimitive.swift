import Arrays

/// Folds axes away, or to length 1: sum, mean, product, maximum, minimum, any, all.
package struct ReducePrimitive: Primitive {
  package let operation: ReductionOperation
  /// Ascending, from 0.
  package let axes: [Int]
  /// Whether folded axes stay, with length 1.
  package let keepsAxes: Bool

  package init(_ operation: ReductionOperation, axes: [Int], keepsAxes: Bool = true) {
    self.operation = operation
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  package var name: String { operation.name }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let x = inputs[0]
    switch operation {
    case .any, .all:
      if x.dataType != .bool {
        throw ShapeError(name, "needs bool, found \(x.dataType); compare first, as in x .> 0")
      }
    case .mean:
      if !x.dataType.isFloatingPoint {
        throw ShapeError(
          name, "needs floating-point numbers, found \(x.dataType); convert with to(.float32)")
      }
    default:
      if x.dataType == .bool {
        throw ShapeError(name, "needs numbers, found bool; convert with to(.int64) to count")
      }
    }
    if operation == .maximum || operation == .minimum {
      for axis in axes where x.shape[axis] == 0 {
        throw ShapeError(name, "axis \(axis) of \(x.shape) is empty and has no \(operation)")
      }
    }
    return TensorSpec(foldedShape(x.shape, keepsAxes: keepsAxes), x.dataType)
  }

  private func foldedShape(_ shape: Shape, keepsAxes: Bool) -> Shape {
    if !keepsAxes {
      if axes.count == shape.rank { return [] }
      var lengths: [Int] = []
      lengths.reserveCapacity(shape.rank - axes.count)
      for axis in shape.indices where !axes.contains(axis) { lengths.append(shape[axis]) }
      return Shape(lengths)
    }
    var shape = shape
    for axis in axes { shape[axis] = 1 }
    return shape
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    let result = NDArray(
      uninitialized: Layout(contiguous: foldedShape(x.shape, keepsAxes: true)), spec.dataType)
    backend.reduce(operation, x, axes: axes, into: result)
    if keepsAxes { return result }
    return result.view(spec.shape.rank == 0 ? Tensor.scalarLayout : Layout(contiguous: spec.shape))
  }

  package var saved: SavedValues {
    switch operation {
    case .sum, .mean: []
    case .maximum, .minimum: [.inputs, .output]
    default: .inputs
    }
  }

  package func pullback(_ call: PullbackCall) {
    let x = call.inputs[0]
    /// A tensor of the result's shape, stretched to the input's.
    func spread(_ tensor: Tensor) -> Tensor {
      let kept =
        keepsAxes || tensor.rank == 0
        ? tensor : tensor.reshaped(to: foldedShape(x.shape, keepsAxes: true))
      return kept.expanded(to: x.shape)
    }
    let dy = call.cotangent
    switch operation {
    case .sum: call.add(spread(dy), to: 0)
    case .mean:
      let count = axes.reduce(1) { $0 * x.shape[$1] }
      call.add(spread(dy * (1 / Double(count))), to: 0)
    case .product: call.add(spread(dy) * productOfOthers(x), to: 0)
    case .maximum, .minimum:
      // Equal extrema share the cotangent; the mask is a constant to derivatives of higher order.
      let mask = (x.detached() .== spread(call.output.detached())).to(x.dataType)
      let share = mask / apply(ReducePrimitive(.sum, axes: axes), [mask]).expanded(to: x.shape)
      call.add(spread(dy) * share, to: 0)
    case .any, .all: break
    }
  }

  /// For every element the product of all others along `axes`, from running products of both
  /// sides, so that zeros do no harm.
  private func productOfOthers(_ x: Tensor) -> Tensor {
    let kept = x.shape.indices.filter { !axes.contains($0) }
    let order = kept + axes
    let length = axes.reduce(1) { $0 * x.shape[$1] }
    if length == 0 { return x }
    let permuted = x.permuted(order)
    let rows = permuted.reshaped(to: Shape(kept.map { x.shape[$0] } + [length]))
    var ones = rows.shape
    ones[rows.rank - 1] = 1
    let one = Tensor.ones(ones, x.dataType)
    let axis = rows.rank - 1
    let before = concatenate([one, rows.prefix(length - 1, along: axis)], along: axis)
    let after = concatenate([rows.suffix(length - 1, along: axis), one], along: axis)
    let product =
      apply(ScanPrimitive(.product, axis: axis, isReversed: false), [before])
      * apply(ScanPrimitive(.product, axis: axis, isReversed: true), [after])
    var inverse = [Int](repeating: 0, count: order.count)
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return product.reshaped(to: permuted.shape).permuted(inverse)
  }
}

extension ReductionOperation {
  /// The name of the function that runs it.
  var name: String {
    switch self {
    case .maximum: "max"
    case .minimum: "min"
    default: String(describing: self)
    }
  }
}

extension ReducePrimitive {
  package static let exemplars: [Exemplar] = ReductionOperation.allCases.flatMap { operation in
    [[0], [1], [0, 2], [0, 1, 2], []].map { axes in
      let isLogical = operation == .any || operation == .all
      return Exemplar(
        "\(operation.name) along \(axes)",
        [isLogical ? .init([2, 3, 4], 0...1, .bool) : .init([2, 3, 4])],
        dataTypes: isLogical
          ? [.bool]
          : operation == .mean ? DataType.floatingPoint : DataType.numeric,
        isDifferentiable: !isLogical
      ) { apply(ReducePrimitive(operation, axes: axes), $0) }
    }
  }
}
