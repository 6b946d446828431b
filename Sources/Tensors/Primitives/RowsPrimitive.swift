import Arrays

/// softmax or log-softmax over the last axis, without overflow: the row's maximum is subtracted
/// first.
package struct RowsPrimitive: Primitive {
  package let operation: RowOperation

  package init(_ operation: RowOperation) { self.operation = operation }

  package var name: String { operation == .softmax ? "softmax" : "logSoftmax" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let x = inputs[0]
    if !x.dataType.isFloatingPoint {
      throw ShapeError(
        name, "needs floating-point numbers, found \(x.dataType); convert with to(.float32)")
    }
    return TensorSpec(x.shape, x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.rows(operation, inputs[0].array.compacted(), into: result)
    return result
  }

  package var saved: SavedValues { .output }

  package func pullback(_ call: PullbackCall) {
    call.add(RowsPrimitive.pullback(operation, call), to: 0)
  }

  /// softmax: y · (dy − Σ dy·y). logSoftmax: dy − eʸ · Σ dy. One kernel where nobody differentiates
  /// further, the formula where somebody does.
  private static func pullback(_ operation: RowOperation, _ call: PullbackCall) -> Tensor {
    let (y, dy) = (call.output, call.cotangent)
    if call.isRecorded {
      switch operation {
      case .softmax: return y * (dy - (dy * y).sum(along: -1, keepingAxes: true))
      case .logSoftmax: return dy - exp(y) * dy.sum(along: -1, keepingAxes: true)
      }
    }
    let result = NDArray(uninitialized: Layout(contiguous: y.shape), y.dataType)
    ThreadState.backend.rowsBackward(
      operation, result: y.array, cotangent: dy.array.compacted(), into: result)
    return Tensor(result)
  }
}

extension RowsPrimitive {
  package static let exemplars: [Exemplar] = RowOperation.allCases.flatMap { operation in
    [[3, 4], [2, 3, 5], [4], [2, 1]].map { (shape: Shape) in
      Exemplar("\(operation) of \(shape)", [.init(shape)]) {
        apply(RowsPrimitive(operation), $0)
      }
    }
  }
}
