import Arrays

/// x ? y, element by element, as bool; operands of one shape and element type. No derivative.
package struct ComparePrimitive: Primitive {
  package let operation: ComparisonOperation

  package init(_ operation: ComparisonOperation) { self.operation = operation }

  package var name: String { operation.name }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, y) = (inputs[0], inputs[1])
    if x.shape != y.shape {
      throw ShapeError(name, "shapes \(x.shape) and \(y.shape) are not the same")
    }
    try Elementwise.check(x.array, y.array, in: name)
    return TensorSpec(x.shape, .bool)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let (x, y) = (inputs[0].array, inputs[1].array)
    let result = NDArray(uninitialized: .elementwise(x.layout, y.layout), .bool)
    backend.compare(operation, x, y, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {}
}

extension ComparisonOperation {
  var name: String {
    switch self {
    case .equal: ".=="
    case .notEqual: ".!="
    case .less: ".<"
    case .lessOrEqual: ".<="
    case .greater: ".>"
    case .greaterOrEqual: ".>="
    }
  }
}

extension ComparePrimitive {
  package static let exemplars: [Exemplar] = ComparisonOperation.allCases.map { operation in
    Exemplar(
      operation.name, [.init([3, 4]), .init([3, 4])], dataTypes: DataType.allCases,
      isDifferentiable: false
    ) { apply(ComparePrimitive(operation), $0) }
  }
}
