import Arrays

/// z[…, m, n] = Σ_k x[…, m, k] · y[…, k, n]; batch axes are equal (broadcast before).
package struct MatmulPrimitive: Primitive {
  package init() {}

  package var name: String { "matmul" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, y) = (inputs[0], inputs[1])
    try Elementwise.check(x.array, y.array, in: name)
    if x.dataType == .bool {
      throw ShapeError(name, "needs numbers, found bool; convert with to(.float32)")
    }
    let rank = x.rank
    let fits =
      rank >= 2 && y.rank == rank && x.shape[rank - 1] == y.shape[rank - 2]
      && x.shape.lengths.dropLast(2) == y.shape.lengths.dropLast(2)
    guard fits else {
      throw ShapeError(
        name, "\(x.shape) and \(y.shape) do not fit: it takes […, m, k] and […, k, n]")
    }
    var shape = x.shape
    shape[rank - 1] = y.shape[rank - 1]
    return TensorSpec(shape, x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.matmul(inputs[0].array, inputs[1].array, bias: nil, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (x, y, dz) = (call.inputs[0], call.inputs[1], call.cotangent)
    call.add(apply(self, [dz, y.transposed(-1, -2)]), to: 0)
    call.add(apply(self, [x.transposed(-1, -2), dz]), to: 1)
  }
}

extension MatmulPrimitive {
  package static let exemplars = [
    ([3, 4], [4, 2]), ([2, 3, 4], [2, 4, 5]), ([1, 4], [4, 1]), ([2, 2, 3, 4], [2, 2, 4, 3]),
  ].map { (x: Shape, y: Shape) in
    Exemplar("matmul \(x) · \(y)", [.init(x), .init(y)], dataTypes: DataType.numeric) {
      apply(MatmulPrimitive(), $0)
    }
  }
}
