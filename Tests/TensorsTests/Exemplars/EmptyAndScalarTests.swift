import Arrays
import Tensors
import Testing

/// Operands without elements and without axes: the right shape, and no crash, forward and backward.
@Suite struct EmptyAndScalarTests {
  /// Element-wise primitives take any shape.
  private static let elementwise =
    UnaryPrimitive.exemplars + BinaryPrimitive.exemplars + ComparePrimitive.exemplars
    + SelectPrimitive.exemplars + ConvertPrimitive.exemplars

  @Test(arguments: elementwise)
  func elementwiseTakesAnyShape(_ exemplar: Exemplar) {
    let shapes: [Shape] = [[], [1], [0], [0, 4], [3, 0], [2, 0, 3], [1, 1, 2, 1, 2]]
    for dataType in exemplar.dataTypes {
      for shape in shapes {
        var numbers = MadeUp(for: exemplar.name)
        let inputs = exemplar.inputs.map {
          numbers.tensor(shape, $0.dataType ?? dataType, in: $0.range)
        }
        let expected = ThreadState.withReferenceBackend { exemplar.function(inputs) }
        #expect(expected.shape == shape)
        expectTensor(
          exemplar.function(inputs), like: expected, .rounding(dataType),
          "\(exemplar.name) of \(dataType) \(shape)")
        if exemplar.isDifferentiable && dataType.isFloatingPoint {
          let (value, pullback) = valueWithPullback(of: inputs) { exemplar.function($0) }
          for gradient in pullback(value.onesLike()) { #expect(gradient.shape == shape) }
        }
      }
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [Shape]
    let result: Shape
    let function: @Sendable ([Tensor]) -> Tensor

    init(
      _ name: String, _ inputs: [Shape], _ result: Shape,
      _ function: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      self.name = name
      self.inputs = inputs
      self.result = result
      self.function = function
    }

    var testDescription: String { name }
  }

  /// Shapes and sums of the results: all elements are ones, so a result says what it was made of.
  @Test(arguments: reductions + products + movements)
  func takesEmptyOperands(_ row: Case) {
    onBothBackends { backend in
      let inputs = row.inputs.map { Tensor.ones($0, .float64) }
      let (value, pullback) = valueWithPullback(of: inputs) { row.function($0) }
      #expect(value.shape == row.result, "\(row.name) on \(backend)")
      #expect(value.isFinite.all().item() == 1, "\(row.name) on \(backend)")
      let gradients = pullback(value.onesLike())
      #expect(gradients.map(\.shape) == row.inputs, "\(row.name) on \(backend)")
    }
  }

  static let reductions: [Case] = [
    Case("sum of nothing", [[0]], []) { $0[0].sum() },
    Case("sum along an empty axis", [[2, 0]], [2]) { $0[0].sum(along: 1) },
    Case("sum beside an empty axis", [[2, 0]], [0]) { $0[0].sum(along: 0) },
    Case("sum of a number", [[]], []) { $0[0].sum() },
    Case("product of nothing", [[0, 3]], [3]) { $0[0].product(along: 0) },
    Case("mean of a number", [[]], []) { $0[0].mean() },
    Case("max beside an empty axis", [[3, 0]], [0]) { $0[0].max(along: 0) },
    Case("max of a number", [[]], []) { $0[0].max() },
    Case("cumulative sum of nothing", [[2, 0]], [2, 0]) { $0[0].cumulativeSum(along: 1) },
    Case("cumulative product of nothing", [[0, 2]], [0, 2]) {
      $0[0].cumulativeProduct(along: 0)
    },
    Case("softmax of no rows", [[0, 3]], [0, 3]) { softmax($0[0]) },
    Case("softmax of empty rows", [[3, 0]], [3, 0]) { softmax($0[0]) },
    Case("log-softmax of no rows", [[0, 3]], [0, 3]) { logSoftmax($0[0]) },
    Case("normalization of no rows", [[0, 3], [1, 3], [1, 3]], [0, 3]) {
      normalized($0[0], along: [1], scale: $0[1], shift: $0[2], epsilon: 1e-5)
    },
  ]

  static let products: [Case] = [
    Case("matmul without rows", [[0, 3], [3, 2]], [0, 2]) { matmul($0[0], $0[1]) },
    Case("matmul without columns", [[2, 3], [3, 0]], [2, 0]) { matmul($0[0], $0[1]) },
    Case("matmul over nothing", [[2, 0], [0, 3]], [2, 3]) { matmul($0[0], $0[1]) },
    Case("matmul without batch", [[0, 2, 3], [0, 3, 2]], [0, 2, 2]) { matmul($0[0], $0[1]) },
    Case("batched matmul over nothing", [[4, 2, 0], [0, 3]], [4, 2, 3]) {
      matmul($0[0], $0[1])
    },
    Case("dot product of nothing", [[0], [0]], []) { matmul($0[0], $0[1]) },
    Case("linear without rows", [[0, 3], [2, 3], [2]], [0, 2]) {
      linear($0[0], weight: $0[1], bias: $0[2])
    },
    Case("linear over nothing", [[4, 0], [2, 0], [2]], [4, 2]) {
      linear($0[0], weight: $0[1], bias: $0[2])
    },
    Case("linear of a vector", [[3], [2, 3], [2]], [2]) {
      linear($0[0], weight: $0[1], bias: $0[2])
    },
    Case("einsum over nothing", [[2, 0], [0, 3]], [2, 3]) { einsum("ij,jk->ik", $0) },
    Case("convolution of no images", [[0, 2, 4, 4], [3, 2, 3, 3], [3]], [0, 3, 2, 2]) {
      apply(ConvolutionPrimitive(.forward, plain), $0)
    },
    Case("max pooling of no images", [[0, 2, 4, 4]], [0, 2, 2, 2]) {
      apply(PoolPrimitive(.maximum, halves), $0)
    },
    Case("average pooling of no images", [[0, 2, 4, 4]], [0, 2, 2, 2]) {
      apply(PoolPrimitive(.averageWithPadding, halves), $0)
    },
  ]

  static let movements: [Case] = [
    Case("reshape of nothing", [[0, 3]], [3, 0, 2]) { $0[0].reshaped(to: [3, 0, 2]) },
    Case("permutation of nothing", [[0, 3, 2]], [2, 0, 3]) { $0[0].permuted(2, 0, 1) },
    Case("permutation of a number", [[]], []) { $0[0].permuted([]) },
    Case("expansion to nothing", [[1, 3]], [0, 3]) { $0[0].expanded(to: [0, 3]) },
    Case("slice of nothing", [[0, 3]], [0, 2]) { $0[0].slice(1..<3, along: 1) },
    Case("empty slice", [[4, 3]], [0, 3]) { $0[0].slice(2..<2, along: 0) },
    Case("empty slice at the end", [[4, 3]], [0, 3]) { $0[0].slice(4..<4, along: 0) },
    Case("flip of nothing", [[0, 3]], [0, 3]) { $0[0].flipped(0, 1) },
    Case("roll of nothing", [[0, 3]], [0, 3]) { $0[0].rolled(by: 1, along: 0) },
    Case("tiled no times", [[2, 3]], [0, 3]) { $0[0].tiled(0, 1) },
    Case("padding of nothing", [[0, 2]], [2, 2]) { $0[0].padded([(1, 1), (0, 0)]) },
    Case("concatenation with nothing", [[0, 3], [2, 3]], [2, 3]) { concatenate($0) },
    Case("concatenation of nothing", [[0, 3], [0, 3]], [0, 6]) { concatenate($0, along: 1) },
    Case("stack of numbers", [[], []], [2]) { stack($0) },
    Case("take of nothing", [[4, 3]], [0, 3]) {
      $0[0].take(Tensor([] as [Int64]))
    },
    Case("take by a number", [[4, 3]], [3]) { $0[0].take(Tensor(2)) },
    Case("adding nothing", [[4, 3], [0, 3]], [4, 3]) {
      $0[0].adding($0[1], at: Tensor([] as [Int64]))
    },
    Case("take along an axis of nothing", [[0, 3]], [0, 2]) {
      $0[0].takeAlongAxis(Tensor.zeros([0, 2], .int64), axis: 1)
    },
    Case("sort of nothing", [[2, 0]], [2, 0]) { $0[0].sorted().values },
    Case("no largest elements", [[2, 3]], [2, 0]) { $0[0].topK(0).values },
    Case("where of numbers", [[], []], []) { `where`($0[0] .> 0, $0[0], $0[1]) },
  ]

  private static let plain = ConvolutionGeometry(
    stride: [1, 1], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0], groups: 1)
  private static let halves = PoolingGeometry(
    window: [2, 2], stride: [2, 2], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
}
