import Arrays

/// condition ? x : y, element by element; all of one shape. The cotangent goes to the operand that
/// was chosen.
package struct SelectPrimitive: Primitive {
  package init() {}

  package var name: String { "where" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (condition, x, y) = (inputs[0], inputs[1], inputs[2])
    if condition.dataType != .bool {
      throw ShapeError(
        name, "the condition must be bool, found \(condition.dataType); compare first, as in x .> 0"
      )
    }
    if x.shape != y.shape || condition.shape != x.shape {
      throw ShapeError(
        name, "shapes \(condition.shape), \(x.shape) and \(y.shape) are not the same")
    }
    try Elementwise.check(x.array, y.array, in: name)
    return TensorSpec(x.shape, x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(
      uninitialized: .elementwise(inputs[1].array.layout, inputs[2].array.layout), spec.dataType)
    backend.select(inputs[0].array, inputs[1].array, inputs[2].array, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (condition, dz) = (call.inputs[0], call.cotangent)
    call.add(apply(self, [condition, dz, dz.zerosLike()]), to: 1)
    call.add(apply(self, [condition, dz.zerosLike(), dz]), to: 2)
  }
}

extension SelectPrimitive {
  package static let exemplars = [
    Exemplar(
      "where", [.init([3, 4], 0...1, .bool), .init([3, 4]), .init([3, 4])],
      dataTypes: DataType.allCases
    ) { apply(SelectPrimitive(), $0) }
  ]
}
