import Arrays
import Tensors
import Testing

/// Gradients of closures over tensors and trees of tensors.
@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let at: [Double]
    let expected: [Double]
    let function: @Sendable (Tensor) -> Tensor

    init(
      _ name: String, at: [Double], _ expected: [Double],
      _ function: @escaping @Sendable (Tensor) -> Tensor
    ) {
      self.name = name
      self.at = at
      self.expected = expected
      self.function = function
    }

    var testDescription: String { name }
  }

  @Test(arguments: cases)
  func givesTheDerivative(_ row: Case) {
    onBothBackends { backend in
      let slope = gradient(of: Tensor(row.at)) { row.function($0) }
      expectTensor(
        slope, [row.at.count], row.expected, .rounding(.float64), "\(row.name) on \(backend)")
    }
  }

  static let cases: [Case] = [
    Case("square", at: [1, -2], [2, -4]) { ($0 * $0).sum() },
    Case("used twice", at: [3], [7]) { x in (x * x + x).sum() },
    Case("unused", at: [3, 4], [0, 0]) { _ in Tensor(1.0) },
    Case("broadcast number", at: [2], [6]) { x in (x * Tensor([1, 2, 3] as [Double])).sum() },
    Case("broadcast sum", at: [1, 2], [3, 3]) { x in
      (x + Tensor.zeros([3, 1], .float64)).sum()
    },
    Case("mean", at: [1, 2, 3, 4], [0.25, 0.25, 0.25, 0.25]) { $0.mean() },
    Case("max shares between equals", at: [3, 1, 3], [0.5, 0, 0.5]) { $0.max() },
    Case("maximum of equals", at: [2, 2], [0.5, 0.5]) { x in maximum(x[0], x[1]) },
    Case("maximum of unequals", at: [2, 1], [1, 0]) { x in maximum(x[0], x[1]) },
    Case("product with a zero", at: [2, 0, 3], [0, 6, 0]) { $0.product() },
    Case("product with two zeros", at: [0, 0, 3], [0, 0, 0]) { $0.product() },
    Case("cumulative product with a zero", at: [2, 0, 3], [1, 8, 0]) {
      $0.cumulativeProduct(along: 0).sum()
    },
    Case("relu at zero", at: [-1, 0, 2], [0, 0, 1]) { relu($0).sum() },
    Case("abs at zero", at: [-1, 0, 2], [-1, 0, 1]) { abs($0).sum() },
    Case("clamp", at: [-3, 0.5, 3], [0, 1, 0]) { $0.clamped(to: -1...1).sum() },
    Case("where", at: [-1, 2], [-1, 4]) { x in `where`(x .> 0, x * x, -x).sum() },
    Case("slice", at: [1, 2, 3, 4], [0, 1, 0, 1]) { $0[.every(2, from: 1)].sum() },
    Case("setting", at: [1, 2, 3], [2, 0, 6]) { x in
      var y = x * x
      y[1] = Tensor(7.0)
      return y.sum()
    },
    Case("set value", at: [5], [12]) { x in
      var y = Tensor([1, 2, 3] as [Double])
      y[0..<2] = x
      return (y * Tensor([4, 8, 16] as [Double])).sum()
    },
    Case("take repeated", at: [1, 2, 3], [2, 0, 1]) { $0.take(Tensor([0, 2, 0])).sum() },
    Case("adding", at: [1, 2], [5, 6]) { x in
      (Tensor.zeros([2], .float64).adding(x, at: Tensor([1, 0])) * Tensor([6, 5] as [Double]))
        .sum()
    },
    Case("replacing", at: [1, 2], [5, 6]) { x in
      (Tensor.zeros([3], .float64).replacing(x, at: Tensor([2, 0]))
        * Tensor([6, 7, 5] as [Double])).sum()
    },
    Case("replacing twice in one place", at: [1, 2], [0, 5]) { x in
      (Tensor.zeros([2], .float64).replacing(x, at: Tensor([0, 0])) * 5).sum()
    },
    Case("sorted", at: [3, 1, 2], [3, 1, 2]) { x in
      (x.sorted().values * Tensor([1, 2, 3] as [Double])).sum()
    },
    Case("topK", at: [3, 1, 2], [1, 0, 1]) { $0.topK(2).values.sum() },
    Case("conversion and back", at: [1.5], [3]) { x in
      let narrow = x.to(.float32)
      return (narrow * narrow).to(.float64).sum()
    },
    Case("rounding stops it", at: [1.5, 2.5], [0, 0]) { round($0).sum() },
    Case("detached", at: [3], [3]) { x in (x * x.detached()).sum() },
    Case("withoutGradient", at: [3], [10]) { x in
      let constant = withoutGradient { x * x + 1 }
      return (x * constant).sum()
    },
    Case("logSumExp", at: [0, 0], [0.5, 0.5]) { $0.logSumExp() },
    Case("logSumExp with −∞", at: [-inf, 0], [0, 1]) { $0.logSumExp() },
    Case("variance", at: [1, 3], [-2, 2]) { $0.variance() },
    Case("norm", at: [3, 4], [0.6, 0.8]) { $0.norm() },
    Case("norm at zero", at: [0, 0], [0, 0]) { $0.norm() },
    Case("norm 3 at zero", at: [0, 0], [0, 0]) { $0.norm(3) },
    Case("norm ½ beside a zero", at: [0, 4], [0, 1]) { $0.norm(0.5) },
    Case("norm ∞ at zero", at: [0, 0], [0, 0]) { $0.norm(.infinity) },
    Case("norm −1", at: [1, 1], [0.25, 0.25]) { $0.norm(-1) },
    Case("norms with a zero one", at: [0, 0, 3, 4], [0, 0, 0.6, 0.8]) { x in
      x.reshaped(to: [2, 2]).norm(along: 1).sum()
    },
    Case("standard deviation of equals", at: [2, 2], [0, 0]) { $0.standardDeviation() },
    Case("power by tensors at 0⁰", at: [0, 2], [0, 0]) { x in
      pow(x, Tensor([0, 0] as [Double])).sum()
    },
    Case("slope of a norm's slope at zero", at: [0, 0], [0, 0]) { x in
      gradient(of: x) { $0.norm() }.sum()
    },
    Case("log of softmax", at: [1000, 0], [0, 0]) { log(softmax($0)[0]) },
    Case("sigmoid far out", at: [-1000, 1000], [0, 0]) { sigmoid($0).sum() },
    Case("einsum", at: [1, 2, 3], [2, 4, 6]) { x in einsum("i,i->", x, x) },
    Case("elu at both sides", at: [-1000, 1000], [0, 1]) { elu($0).sum() },
  ]

  /// A struct of all the kinds of fields that a model may have.
  struct Everything: TensorTree {
    var weight = Tensor([1, 2] as [Double])
    var bias: Tensor? = Tensor(3.0)
    var missing: Tensor?
    var layers = [Tensor([4.0]), Tensor([5.0])]
    var named = ["b": [Tensor(6.0)], "a": [Tensor(7.0)]]
    @Buffer var running = Tensor(8.0)
    let constant = Tensor(9.0)
    var count = 3
    var tokens = Tensor([1, 2])
    var inner = Inner()

    struct Inner: TensorTree {
      var scale = Tensor(10.0)
    }
  }

  @Test func walksStructsOptionalsArraysAndDictionaries() {
    let tree = Everything()
    let slope = gradient(of: tree) { tree -> Tensor in
      let listed = tree.layers[0].sum() * 2 + tree.layers[1].sum() * 3
      let looked = (tree.named["a"]?[0] ?? Tensor(0.0)) * (tree.named["b"]?[0] ?? Tensor(0.0))
      let fields = tree.weight.sum() + tree.constant * tree.running
      return fields + (tree.bias ?? Tensor(0.0)) * tree.inner.scale + listed + looked
    }
    #expect(slope.weight.scalars() == [1.0, 1.0])
    #expect(slope.bias?.item() == 10)
    #expect(slope.missing == nil)
    #expect(slope.layers.map { $0.item() } == [2, 3])
    #expect(slope.named["a"]?[0].item() == 6)
    #expect(slope.named["b"]?[0].item() == 7)
    #expect(slope.running.item() == 8, "buffers are as they were")
    #expect(slope.constant.item() == 9, "constants are as they were")
    #expect(slope.tokens.scalars() == [1, 2], "integers are as they were")
    #expect(slope.inner.scale.item() == 3)
  }

  @Test(arguments: [MisuseTests.Choice.nothing, .named("relu")])
  func passesOverCasesWithoutTensors(_ choice: MisuseTests.Choice) {
    #expect(MisuseTests.Chooser(choice: choice).namedTensors.map(\.path) == ["weight"])
  }

  @Test func namesTensorsByTheirPaths() {
    #expect(
      Everything().namedTensors.map(\.path) == [
        "weight", "bias", "layers.0", "layers.1", "named.a.0", "named.b.0", "running",
        "constant", "tokens", "inner.scale",
      ])
  }

  @Test func unusedParametersGetZeros() {
    let slope = gradient(of: [Tensor([1, 2] as [Float]), Tensor([[3]] as [[Float]])]) {
      $0[0].sum()
    }
    expectTensor(slope[1], [1, 1], [0], .exact, "the unused one")
    #expect(slope[1].dataType == .float32)
  }

  @Test func takesTwoArguments() {
    let (value, slope) = valueAndGradient(of: Tensor(2.0), [Tensor(3.0)]) { $0 * $1[0] }
    #expect(value.item() == 6)
    #expect(slope.0.item() == 3)
    #expect(slope.1[0].item() == 2)
    let (first, second) = gradient(of: Tensor(2.0), Tensor(5.0)) { $0 * $0 * $1 }
    #expect(first.item() == 20)
    #expect(second.item() == 4)
  }

  @Test func sharedTensorsGetTheSumOfBoth() {
    let shared = Tensor(3.0)
    let slope = gradient(of: shared) { x -> Tensor in
      let tied = [x, x]
      return tied[0] * 2 + tied[1] * 5
    }
    #expect(slope.item() == 7)
  }

  @Test func resultsAreConstantsOutside() {
    let (value, slope) = valueAndGradient(of: Tensor(2.0)) { $0 * $0 }
    #expect(!value.isTracked)
    #expect(!slope.isTracked)
    let (other, pullback) = valueWithPullback(of: Tensor(2.0)) { $0 * $0 }
    #expect(!other.isTracked)
    #expect(!pullback(Tensor(1.0)).isTracked)
  }

  @Test func pullbacksMayBeCalledAgain() {
    let x = Tensor([1, 2, 3] as [Double])
    let (value, pullback) = valueWithPullback(of: x) { $0 * $0 * $0 }
    #expect(value.scalars() == [1.0, 8, 27])
    #expect(pullback(Tensor([1, 0, 0] as [Double])).scalars() == [3.0, 0, 0])
    #expect(pullback(Tensor([0, 1, 2] as [Double])).scalars() == [0.0, 12, 54])
    #expect(pullback(Tensor([1, 0, 0] as [Double])).scalars() == [3.0, 0, 0])
  }

  @Test func errorsPassThroughAndLeaveNoTrace() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try gradient(of: Tensor(1.0)) { _ -> Tensor in throw Refusal() }
    }
    #expect(!isTraining)
    #expect(!ThreadState.isRecording)
  }

  @Test func theClosureIsTrainingMode() {
    #expect(!isTraining)
    _ = gradient(of: Tensor(1.0)) { x -> Tensor in
      #expect(isTraining)
      withTraining(false) { #expect(!isTraining) }
      #expect(isTraining)
      return x
    }
    withTraining(true) { #expect(isTraining) }
    #expect(!isTraining)
  }

  struct Counter: TensorTree {
    var weight = Tensor(2.0)
    @Buffer var calls = Tensor(0.0)

    func callAsFunction(_ x: Tensor) -> Tensor {
      $calls.setNext($calls.latest + 1)
      return weight * x
    }
  }

  @Test func buffersMoveOnWhenTheClosureReturns() {
    var model = Counter()
    _ = model(Tensor(1.0))
    #expect(model.calls.item() == 0)
    let (_, slope) = valueAndGradient(of: &model) { model in
      model(Tensor(1.0)) + model(Tensor(3.0))
    }
    #expect(model.calls.item() == 2)
    #expect(model.weight.item() == 2)
    #expect(slope.weight.item() == 4)
    let fixed = model
    _ = gradient(of: fixed) { $0(Tensor(1.0)) }
    #expect(fixed.calls.item() == 2)
  }
}
