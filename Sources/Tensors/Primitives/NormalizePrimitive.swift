import Arrays

/// y = (x − mean) / √(variance + ε) · scale + shift, with the mean and the (biased) variance of x
/// over `axes`.
///
/// Inputs: x, then scale and shift where `isAffine`, broadcast to x's rank (length 1 where they do
/// not vary). The moments are computed before, by `moments(of:along:)`, and shared with running
/// statistics.
package struct NormalizePrimitive: Primitive {
  package let axes: [Int]
  package let epsilon: Double
  package let isAffine: Bool
  package let mean: NDArray
  package let variance: NDArray

  package init(
    axes: [Int], epsilon: Double, isAffine: Bool, mean: NDArray, variance: NDArray
  ) {
    self.axes = axes
    self.epsilon = epsilon
    self.isAffine = isAffine
    self.mean = mean
    self.variance = variance
  }

  package var name: String { "normalize" }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    for parameter in inputs.dropFirst() {
      try Elementwise.check(inputs[0].array, parameter.array, in: name)
    }
    return TensorSpec(inputs[0].shape, inputs[0].dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    let result = NDArray(uninitialized: .elementwise(x.layout), spec.dataType)
    backend.normalize(
      x, mean: mean, variance: variance, scale: isAffine ? inputs[1].array.stretched(to: x) : nil,
      shift: isAffine ? inputs[2].array.stretched(to: x) : nil, epsilon: epsilon, axes: axes,
      into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    if call.isRecorded { return composedPullback(call) }
    let x = call.inputs[0].array
    var dy = call.cotangent.array
    if !dy.layout.hasSameStrides(as: x.layout), x.layout.isDense, x.layout.offset == 0 {
      let copy = NDArray(uninitialized: x.layout, dy.dataType)
      ThreadState.backend.copy(dy, into: copy)
      dy = copy
    }
    func fresh(_ isWanted: Bool, _ layout: @autoclosure () -> Layout) -> NDArray? {
      isWanted ? NDArray(uninitialized: layout(), x.dataType) : nil
    }
    let wantsScale = isAffine && call.wants(1)
    let wantsShift = isAffine && call.wants(2)
    let dx = fresh(call.wants(0), .elementwise(x.layout))
    let parameters = isAffine ? call.inputs[1].shape : []
    let scaleCotangent = fresh(wantsScale, Layout(contiguous: parameters))
    let shiftCotangent = fresh(wantsShift, Layout(contiguous: parameters))
    ThreadState.backend.normalizeBackward(
      x, cotangent: dy, mean: mean, variance: variance,
      scale: isAffine ? call.inputs[1].array.stretched(to: x) : nil, epsilon: epsilon, axes: axes,
      into: dx, scaleCotangent: scaleCotangent, shiftCotangent: shiftCotangent)
    if let dx { call.add(Tensor(dx), to: 0) }
    if let scaleCotangent { call.add(Tensor(scaleCotangent), to: 1) }
    if let shiftCotangent { call.add(Tensor(shiftCotangent), to: 2) }
  }

  /// The same in recorded operations, for derivatives of higher order.
  private func composedPullback(_ call: PullbackCall) {
    let (x, dy) = (call.inputs[0], call.cotangent)
    let center = x - x.mean(along: axes, keepingAxes: true)
    let inverse = rsqrt(square(center).mean(along: axes, keepingAxes: true) + epsilon)
    let normalized = center * inverse
    let g = isAffine ? dy * call.inputs[1] : dy
    let along = (g * normalized).mean(along: axes, keepingAxes: true)
    call.add(
      inverse * (g - g.mean(along: axes, keepingAxes: true) - normalized * along), to: 0)
    if isAffine {
      call.add((dy * normalized).summed(to: call.inputs[1].shape), to: 1)
      call.add(dy.summed(to: call.inputs[2].shape), to: 2)
    }
  }
}

extension NDArray {
  /// A view of `other`'s shape: axes of length 1 get stride 0.
  fileprivate func stretched(to other: NDArray) -> NDArray {
    view(layout.stretched(to: other.shape))
  }
}

extension NormalizePrimitive {
  package static let exemplars: [Exemplar] = {
    let cases: [(Shape, [Int], Shape)] = [
      ([3, 2, 2, 3], [0, 2, 3], [1, 2, 1, 1]), ([4, 3], [0], [1, 3]), ([3, 4], [1], [1, 4]),
      ([2, 2, 3], [2], [1, 2, 1]), ([2, 3, 2, 2], [1, 2, 3], [1, 3, 2, 2]),
    ]
    return cases.flatMap { shape, axes, parameters in
      [
        Exemplar("normalize \(shape) along \(axes)", [.init(shape)]) {
          normalized($0[0], along: axes, epsilon: 1e-3)
        },
        Exemplar(
          "normalize \(shape) along \(axes) with scale and shift",
          [.init(shape), .init(parameters), .init(parameters)]
        ) { normalized($0[0], along: axes, scale: $0[1], shift: $0[2], epsilon: 1e-3) },
      ]
    }
  }()
}
