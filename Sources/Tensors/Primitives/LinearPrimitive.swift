import Arrays

/// z = x · Wᵀ + b for x [m, k], W [n, k] and, where given, b [n]: a dense layer in one operation.
///
/// dx = dz · W, dW = dzᵀ · x, db = Σ_m dz.
package struct LinearPrimitive: Primitive {
  package init() {}

  package var name: String { "linear" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, weight) = (inputs[0].array, inputs[1].array)
    if x.rank != 2 || weight.rank != 2 || x.shape[1] != weight.shape[1] {
      throw ShapeError(
        name,
        "input \(x.shape) does not fit weight \(weight.shape): it takes "
          + "[…, \(weight.rank == 2 ? String(weight.shape[1]) : "in")] and [out, in]")
    }
    try Elementwise.check(x, weight, in: name)
    if x.dataType == .bool {
      throw ShapeError(name, "needs numbers, found bool; convert with to(.float32)")
    }
    if inputs.count == 3 {
      if inputs[2].shape.lengths != [weight.shape[0]] {
        throw ShapeError(
          name,
          "bias \(inputs[2].shape) does not fit weight \(weight.shape): it takes "
            + "[\(weight.shape[0])]")
      }
      try Elementwise.check(x, inputs[2].array, in: name)
    }
    return TensorSpec([x.shape[0], weight.shape[0]], x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let result = NDArray(uninitialized: Layout(contiguous: spec.shape), spec.dataType)
    backend.matmul(
      inputs[0].array, inputs[1].array.transposedLastAxes(),
      bias: inputs.count == 3 ? inputs[2].array : nil, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (x, weight, dz) = (call.inputs[0], call.inputs[1], call.cotangent)
    if call.isRecorded {
      call.add(apply(MatmulPrimitive(), [dz, weight]), to: 0)
      call.add(apply(MatmulPrimitive(), [dz.transposed(), x]), to: 1)
    } else {
      call.add(LinearPrimitive.product(dz.array, weight.array, like: x.array), to: 0)
      call.add(LinearPrimitive.weightGradient(dz.array, x.array, like: weight.array), to: 1)
    }
    if call.inputs.count == 3 {
      call.add(apply(ReducePrimitive(.sum, axes: [0], keepsAxes: false), [dz]), to: 2)
    }
  }

  /// dzᵀ · x, or where the weight lies transposed, [in, out], the transpose of xᵀ · dz, which lies as
  /// the weight does.
  private static func weightGradient(_ dz: NDArray, _ x: NDArray, like weight: NDArray) -> Tensor {
    let transposed = weight.transposedLastAxes()
    if weight.isContiguous || !transposed.isContiguous {
      return product(dz.transposedLastAxes(), x, like: weight)
    }
    return Tensor(product(x.transposedLastAxes(), dz, like: transposed).array.transposedLastAxes())
  }

  /// a · b, which has the shape of `operand` and where possible shares its layout.
  private static func product(_ a: NDArray, _ b: NDArray, like operand: NDArray) -> Tensor {
    let layout = operand.isContiguous ? operand.layout : Layout(contiguous: operand.shape)
    let result = NDArray(uninitialized: layout, a.dataType)
    ThreadState.backend.matmul(a, b, bias: nil, into: result)
    return Tensor(result)
  }
}

extension NDArray {
  /// A view with the last two axes exchanged.
  func transposedLastAxes() -> NDArray { view(layout.lastAxesExchanged) }
}

extension LinearPrimitive {
  package static let exemplars = [
    Exemplar("linear", [.init([3, 4]), .init([2, 4])]) { apply(LinearPrimitive(), $0) },
    Exemplar("linear with bias", [.init([3, 4]), .init([2, 4]), .init([2])]) {
      apply(LinearPrimitive(), $0)
    },
  ]
}
