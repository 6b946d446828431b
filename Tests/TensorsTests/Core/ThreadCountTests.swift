import Arrays
import CPUBackend
import Tensors
import Testing

/// The same bits for every number of threads, on arrays large enough to be shared between them.
/// In processes of their own, since the number of threads is the process's.
@Suite struct ThreadCountTests {
  @Test func operationsGiveTheSameBits() async {
    await #expect(processExitsWith: .success) {
      func expectSame(_ name: String, _ compute: () -> Tensor) {
        ThreadTeam.size = 1
        let expected: [Float] = compute().scalars()
        for size in [2, 3] {
          ThreadTeam.size = size
          let found: [Float] = compute().scalars()
          #expect(
            found.map(\.bitPattern) == expected.map(\.bitPattern), "\(name) on \(size) threads")
        }
      }
      var numbers = MadeUp(seed: 1)
      let x = numbers.tensor([257, 1021], .float32, in: 0.1...0.9)
      let y = numbers.tensor([1021, 129], .float32)
      let images = numbers.tensor([8, 6, 33, 31], .float32)
      let filters = numbers.tensor([10, 6, 3, 3], .float32)
      for operation in BinaryOperation.allCases where !operation.isOnBools {
        expectSame("\(operation)") { apply(BinaryPrimitive(operation), [x, x.flipped(0)]) }
      }
      for function in [exp, log, tanh, sigmoid, sin, erf, rsqrt] as [(Tensor) -> Tensor] {
        expectSame("a function") { function(x) }
      }
      for axes in [[0], [1], [0, 1]] {
        expectSame("sum along \(axes)") { x.sum(along: axes) }
        expectSame("max along \(axes)") { x.max(along: axes) }
        expectSame("variance along \(axes)") { x.variance(along: axes) }
        expectSame("normalization along \(axes)") { normalized(x, along: axes, epsilon: 1e-5) }
      }
      expectSame("softmax") { softmax(x) }
      expectSame("cumulative sum") { x.cumulativeSum(along: 1) }
      expectSame("sort") { x.sorted().values }
      expectSame("transposed copy") { x.transposed().contiguous() }
      expectSame("matmul") { matmul(x, y) }
      expectSame("matmul's gradient") {
        gradient(of: y) { square(matmul(x, $0)).sum() }
      }
      let geometry = ConvolutionGeometry(
        stride: [1, 1], dilation: [1, 1], paddingLow: [1, 1], paddingHigh: [1, 1], groups: 1)
      func convolve(_ operands: [Tensor]) -> Tensor {
        apply(ConvolutionPrimitive(.forward, geometry), operands)
      }
      expectSame("convolution") { convolve([images, filters]) }
      for place in [0, 1] {
        expectSame("convolution's gradient \(place)") {
          gradient(of: [images, filters]) { square(convolve($0)).sum() }[place]
        }
      }
      let indices = (Tensor.range(0..<5000) * 7919) % 257
      expectSame("take") { x.take(indices) }
      expectSame("take's gradient") { gradient(of: x) { square($0.take(indices)).sum() } }
    }
  }

  @Test func trainingGivesTheSameBits() async {
    await #expect(processExitsWith: .success) {
      func train() -> [UInt32] {
        var random = RandomSource(seed: 1)
        let inputs = random.normal([256, 100])
        let labels = random.uniform([256], from: 0, to: 10, .int64).oneHot(10)
        var weights = [
          random.normal([128, 100], standardDeviation: 0.1),
          random.normal([10, 128], standardDeviation: 0.1),
        ]
        for _ in 0..<10 {
          let slopes = gradient(of: weights) { weights -> Tensor in
            let hidden = relu(linear(inputs, weight: weights[0]))
            return -(logSoftmax(linear(hidden, weight: weights[1])) * labels).sum() / 256
          }
          for (place, slope) in slopes.enumerated() { weights[place] -= slope * 0.5 }
        }
        return weights.flatMap { $0.scalars(as: Float.self).map(\.bitPattern) }
      }
      ThreadTeam.size = 1
      let expected = train()
      for size in [2, 3] {
        ThreadTeam.size = size
        #expect(train() == expected, "\(size) threads")
      }
    }
  }
}

extension BinaryOperation {
  fileprivate var isOnBools: Bool {
    switch self {
    case .logicalAnd, .logicalOr, .logicalXor: true
    default: false
    }
  }
}
