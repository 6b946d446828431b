import Arrays
import Testing

@Suite(.onEveryProcessor)
struct NormalizationTests {
  /// A shape, the axes that are averaged, and the axes along which scale and shift vary.
  struct Case: Sendable, CustomTestStringConvertible {
    var shape: Shape
    var axes: [Int]
    var varying: [Int]
    var testDescription: String { "\(shape) over \(axes), scale along \(varying)" }
  }

  static let cases = [
    Case(shape: [6, 5], axes: [0], varying: [1]),
    Case(shape: [3000, 40], axes: [0], varying: [1]),
    Case(shape: [4, 3, 5, 6], axes: [0, 2, 3], varying: [1]),
    Case(shape: [4, 17, 1, 1], axes: [0, 2, 3], varying: [1]),
    Case(shape: [8, 32, 30, 30], axes: [0, 2, 3], varying: [1]),
    Case(shape: [4, 6, 50], axes: [0, 2], varying: [1]),
    Case(shape: [5, 7], axes: [1], varying: [1]),
    Case(shape: [2, 300, 96], axes: [2], varying: [2]),
    Case(shape: [3, 4, 5, 6], axes: [2, 3], varying: [1]),
    Case(shape: [3, 2, 8, 20], axes: [2, 3], varying: [1, 2]),
    Case(shape: [3, 4, 5, 6], axes: [1, 2, 3], varying: [1]),
    Case(shape: [3, 4, 5], axes: [1], varying: [1]),
  ]

  @Test("moments", arguments: cases)
  func moments(_ item: Case) {
    let kept = collapsed(item.shape, item.axes)
    for arrangement in Arrangement.allCases {
      let input = arrangement.array(item.shape)
      expectAgreement("\(item) \(arrangement)") { backend in
        let mean = result(kept), variance = result(kept)
        backend.moments(input, axes: item.axes, mean: mean, variance: variance)
        return [mean, variance]
      }
    }
  }

  @Test("moments of numbers far from zero do not cancel")
  func cancellation() {
    for (shape, axes) in [
      (Shape([4, 3, 40, 40]), [0, 2, 3]), ([5000, 3], [0]), ([2, 5000], [1]),
    ] {
      for arrangement in [Arrangement.contiguous, .channelsLast] {
        let input = arrangement.array(shape)
        let far = NDArray(
          uninitialized: Layout(shape: shape, strides: input.strides), .float32)
        reference.unary(.shift(10_000), input, into: far)
        expectAgreement("\(shape)", tolerance: 1e-5) { backend in
          let mean = result(collapsed(shape, axes)), variance = result(collapsed(shape, axes))
          backend.moments(far, axes: axes, mean: mean, variance: variance)
          return [variance]
        }
      }
    }
  }

  @Test("normalization and its pullback", arguments: cases)
  func normalize(_ item: Case) {
    let shape = item.shape, kept = collapsed(shape, item.axes)
    let constant = shape.indices.filter { !item.varying.contains($0) }
    let numberShape = collapsed(shape, constant)
    for arrangement in Arrangement.allCases {
      let input = arrangement.array(shape), cotangent = Arrangement.contiguous.array(shape, seed: 2)
      let mean = result(kept), variance = result(kept)
      reference.moments(input, axes: item.axes, mean: mean, variance: variance)
      let scale = stretched(numbers(numberShape, 3, .float32), to: shape)
      let shift = stretched(numbers(numberShape, 4, .float32), to: shape)
      for (scale, shift) in [(scale, shift), (nil, nil), (scale, nil), (nil, shift)]
        as [(NDArray?, NDArray?)]
      {
        expectAgreement("\(item) \(arrangement)", tolerance: 5e-6) { backend in
          let output = result(shape, isChannelsLast: arrangement == .channelsLast)
          backend.normalize(
            input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-5,
            axes: item.axes, into: output)
          return [output]
        }
      }
      for scale in [scale, nil] {
        expectAgreement("pullback \(item) \(arrangement)", tolerance: 2e-4) { backend in
          let output = result(shape, isChannelsLast: arrangement == .channelsLast)
          let numbers = scale.map { _ in (result(numberShape), result(numberShape)) }
          backend.normalizeBackward(
            input, cotangent: cotangent, mean: mean, variance: variance, scale: scale,
            epsilon: 1e-5, axes: item.axes, into: output, scaleCotangent: numbers?.0,
            shiftCotangent: numbers?.1)
          return [output] + (numbers.map { [$0.0, $0.1] } ?? [])
        }
      }
    }
  }

  private func collapsed(_ shape: Shape, _ axes: [Int]) -> Shape {
    var shape = shape
    for axis in axes { shape[axis] = 1 }
    return shape
  }

  private func stretched(_ array: NDArray, to shape: Shape) -> NDArray {
    let strides = shape.indices.map { array.shape[$0] == 1 ? 0 : array.strides[$0] }
    return array.view(Layout(shape: shape, strides: strides))
  }
}
