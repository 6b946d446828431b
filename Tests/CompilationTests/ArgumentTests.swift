import Myelin
import TestSupport
import Testing

/// Any tree of tensors may be an argument or a result.
@Suite struct ArgumentTests {
  /// The tensors of an argument are arguments, whatever they are to training.
  struct Batch: TensorTree {
    let images: Tensor
    let labels: Tensor
    var weights: Tensor?
  }

  @Test func constantsOfAnArgumentAreArguments() {
    let step = compile { (batch: Batch) -> Batch in
      Batch(
        images: batch.images + 1, labels: batch.labels, weights: batch.weights.map { $0 * 2 })
    }
    for number in 0..<3 {
      let found = step(
        Batch(
          images: Tensor([number, 7]), labels: Tensor([number]), weights: Tensor([Float(number)])))
      #expect(found.images.scalars() == [number + 1, 8])
      #expect(found.labels.scalars() == [number] && found.weights?.item() == Double(2 * number))
    }
    #expect(step.cachedPlans == 1)
    #expect(step(Batch(images: Tensor([1]), labels: Tensor([2]))).weights == nil)
    #expect(step.cachedPlans == 2)
  }

  struct Inner: TensorTree {
    var tensors: [Tensor]
    var table: [String: Tensor]
    let constant: Tensor
  }

  struct Outer: TensorTree {
    var inner: Inner?
    var layer: any Layer
    var layers: [any Layer]
    @Buffer var buffer = Tensor([0] as [Float])
    var random = RandomSource(seed: 1)
    var rate: Number = 2
  }

  @Test func treesOfEveryKindAreWalked() {
    let step = compile { (tree: inout Outer, x: Tensor) -> Outer in
      tree.inner?.tensors[0] += x
      tree.inner?.table["b"] = x * 3
      tree.buffer = tree.buffer + 1
      tree.rate = tree.rate * 2
      _ = tree.random.uniform([4])
      let y = tree.layer(tree.layers[1](x))
      tree.inner?.tensors[1] = y.scaled(by: tree.rate)
      return tree
    }
    var tree = Outer(
      inner: Inner(
        tensors: [[1, 1], [0, 0]], table: ["a": [1], "b": [0, 0]], constant: [5]),
      layer: Sequential { relu }, layers: [Linear(2, 2), PReLU()])
    for round in 1...3 {
      let result = step(&tree, [1, -4])
      #expect(tree.inner?.tensors[0].floats == [1 + Float(round), 1 - 4 * Float(round)])
      let scale = Float(2 << round)
      #expect(tree.inner?.tensors[1].floats == [scale, 0])
      #expect(tree.inner?.table["b"]?.floats == [3, -12] && tree.inner?.constant.item() == 5)
      #expect(tree.buffer.item() == Double(round) && tree.random.position == UInt64(round))
      expectSameBits(tree, result)
      #expect(result.rate.value == tree.rate.value && result.random == tree.random)
    }
    #expect(step.cachedPlans == 1)
  }

  @Test func formsOfFunctions() {
    let x: Tensor = [1, 2]
    let pair = compile { (a: Tensor, b: [Tensor]) in (a + b[0], [a, b[0]], Number(a.sum())) }
    let (sum, list, number) = pair(x, [x])
    #expect(sum.floats == [2, 4] && list.map(\.floats) == [[1, 2], [1, 2]] && number.value == 3)
    let four = compile { (a: Tensor, b: Tensor, c: Tensor, d: Tensor) in a + b + c + d }
    #expect(four(x, x, x, x).floats == [4, 8])
    var (one, two) = (x, x)
    compile { (a: inout Tensor, b: inout Tensor, c: Tensor) in (a, b) = (a + b, a * c) }(
      &one, &two, [3, 3])
    #expect(one.floats == [2, 4] && two.floats == [3, 6])
    compile { (a: inout Tensor) in a = a + 1 }(&one)
    #expect(one.floats == [3, 5])
    let nothing: Void = compile { (_: Tensor) in }(x)
    #expect(nothing == ())
    #expect(compile { (_: Tensor) in Tensor(7) }(x).item() == 7)
    let both = compile { (a: Tensor) -> (Tensor, Tensor) in (a, a) }
    let (_, again) = both(x)
    #expect(again.floats == [1, 2])
    #expect(compile { (a: [Tensor]) in a }([]).isEmpty)
  }

  /// Every element type, no axes, no elements.
  @Test(arguments: DataType.allCases, [[], [0], [3], [2, 0, 2]] as [Shape])
  func everyElementTypeAndShape(_ type: DataType, _ shape: Shape) {
    let x = Tensor.ones(shape, type)
    let step = compile { (state: inout Tensor, x: Tensor) -> [Tensor] in
      let old = state
      state = x.dataType == .bool ? !state : state + x
      return [
        old, x.to(.float32).sum(), x.reshaped(to: [-1]),
        concatenate([x.flattenedOrSelf, x.flattenedOrSelf]),
      ]
    }
    var state = x
    for round in 0..<2 {
      let results = step(&state, x)
      #expect(results[0].shape == shape && results[0].dataType == type)
      #expect(results[1].item() == Double(shape.elementCount))
      #expect(results[3].count == 2 * shape.elementCount)
      let expected: Float = type == .bool ? (round == 0 ? 0 : 1) : Float(round + 2)
      #expect(state.floats.allSatisfy { $0 == expected } && state.dataType == type)
    }
    #expect(step.cachedPlans == 1)
  }

  /// Where one expression says what it takes, the closure need not.
  @Test func typesMayBeInferred() {
    let activation = compile { x in relu(x) }
    #expect(activation([-1, 2]).floats == [0, 2])
    let both = compile { x in (relu(x), 3 * sigmoid(x)) }
    #expect(both([0]).1.floats == [1.5])
    let product = compile { x, y in matmul(x, y) }
    #expect(product([[2]], [[3]]).floats == [6])
    let layer = Linear(2, 1)
    let output = compile { x in layer(x) }
    #expect(output(.zeros([1, 2])).shape == [1, 1])
  }

  /// Views go in as what they show.
  @Test func argumentsMayBeViews() {
    let x = Tensor.range(0..<12, .float32).reshaped(to: [3, 4])
    let step = compile { (x: Tensor) in (x * 2, x.sum(along: 0)) }
    for view in [x.transposed(), x[.every(2)], x.flipped(1), x[0].expanded(to: [3, 4]), x[1..<3]] {
      let (double, sum) = step(view)
      #expect(double.floats == (view * 2).floats && sum.floats == view.sum(along: 0).floats)
      #expect(double.shape == view.shape)
    }
  }
}

extension Tensor {
  fileprivate var flattenedOrSelf: Tensor { reshaped(to: [count]) }
}
