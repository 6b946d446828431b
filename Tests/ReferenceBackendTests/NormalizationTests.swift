import Arrays
import Testing

struct NormalizationTests {
  let x = array([1.0, 2, 4, 3, 3, 9], [2, 3])

  // Expected values from PyTorch's layer_norm and its gradients.
  @Test func normalizesRowsAndBack() {
    let mean = empty([2, 1], .float64), variance = empty([2, 1], .float64)
    reference.moments(x, axes: [1], mean: mean, variance: variance)
    #expect(close(values(mean), [7.0 / 3, 5]) && close(values(variance), [14.0 / 9, 8], 1e-12))
    let scale = rows(vector([2, -1, 0.5]), 2), shift = rows(vector([0.0, 1, 2]), 2)
    let y = empty([2, 3], .float64), dx = empty([2, 3], .float64)
    reference.normalize(
      x, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: 1e-5, axes: [1],
      into: y)
    let expected = [
      -2.1380830629005954, 1.2672603828625746, 2.6681509571564357, -1.4142126784904472,
      1.7071063392452235, 2.7071063392452235,
    ]
    #expect(close(values(y), expected, 1e-12))
    let dScale = empty([1, 3], .float64), dShift = empty([1, 3], .float64)
    reference.normalizeBackward(
      x, cotangent: array([1.0, 2, 3, -1, 0, 2], [2, 3]), mean: mean, variance: variance,
      scale: scale, epsilon: 1e-5, axes: [1], into: dx, scaleCotangent: dScale,
      shiftCotangent: dShift)
    let cotangent = [
      1.3172111506406525, -1.9758180145295412, 0.6586068638888887, -0.3535534642498849,
      0.3535528749953387, 5.892545461572141e-07,
    ]
    #expect(close(values(dx), cotangent, 1e-12))
    #expect(
      close(values(dScale), [-0.3619351922050744, -0.5345207657251492, 6.83733109991951], 1e-12))
    #expect(values(dShift) == [0, 2, 5])
  }

  @Test func momentsDoNotCancel() {
    let mean = empty([1], .float32), variance = empty([1], .float32)
    let x = vector([10_000, 10_001, 10_002] as [Float])
    reference.moments(x, axes: [0], mean: mean, variance: variance)
    #expect(close(values(variance), [2.0 / 3]))
  }

  @Test(
    arguments: [
      (RowOperation.softmax, [10_000.0, 10_000, -.infinity], [0.5, 0.5, 0]),
      (.logSoftmax, [-10_000, 0, -10_000], [-10_000, 0, -10_000]), (.softmax, [3], [1]),
      (.softmax, [1, .nan], [.nan, .nan]),
    ] as [(RowOperation, [Double], [Double])])
  func rowsDoNotOverflow(_ operation: RowOperation, _ input: [Double], _ expected: [Double]) {
    for dataType in [DataType.float32, .float64, .bfloat16] {
      let x = array(input, [1, input.count], dataType), y = empty(x.shape, dataType)
      reference.rows(operation, x, into: y)
      #expect(close(values(y), expected, 2e-3))
    }
  }

  @Test func rowsPullBack() {
    let dx = empty([2], .float64), dy = vector([1.0, 3])
    reference.rowsBackward(.softmax, result: vector([0.25, 0.75]), cotangent: dy, into: dx)
    #expect(values(dx) == [-0.375, 0.375])
    reference.rowsBackward(.logSoftmax, result: vector([0.0, 0]), cotangent: dy, into: dx)
    #expect(values(dx) == [-3, -1])
  }
}
