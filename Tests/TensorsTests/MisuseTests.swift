import Arrays
import Tensors
import Testing

/// A programmer's mistake stops the program with one message, word for word.
@Suite struct MisuseTests {
  struct Mistake: Sendable {
    let message: String
    let make: @Sendable () -> Void

    init(_ message: String, _ make: @escaping @Sendable () -> Tensor?) {
      self.message = message
      self.make = { _ = make() }
    }
  }

  /// Each runs in a process of its own, which must stop.
  @Test(arguments: mistakes.indices)
  func stopsWithAMessage(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      MisuseTests.mistakes[index].make()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let message = Self.mistakes[index].message
    #expect(text.contains(message + "\n"), "expected \"\(message)\", found:\n\(text)")
  }

  static let mistakes = elementwise + axes + shapes + products + indices + gradients

  private static let x = Tensor.ones([2, 3])
  private static let y = Tensor.ones([2, 4])

  private static let elementwise = [
    Mistake(
      "+: shapes [2, 3] and [2, 4] do not broadcast: paired from the last axis, lengths must be "
        + "equal or 1"
    ) { x + y },
    Mistake(
      ".<: shapes [2, 3] and [2, 4] do not broadcast: paired from the last axis, lengths must be "
        + "equal or 1"
    ) { x .< y },
    Mistake(
      "where: shapes [2, 3] and [2, 4] do not broadcast: paired from the last axis, lengths must "
        + "be equal or 1"
    ) { `where`(x .> 0, x, y) },
    Mistake(
      "*: element types float32 and int64 differ; convert with to(.float32) or to(.int64)"
    ) { x * Tensor([1, 2, 3]) },
    Mistake("exp: needs floating-point numbers, found int64; convert with to(.float32)") {
      exp(Tensor([1, 2]))
    },
    Mistake("abs: needs numbers, found bool; convert with to(.float32)") {
      abs(Tensor([true]))
    },
    Mistake("+: needs numbers, found bool; convert with to(.float32)") {
      Tensor([true]) + Tensor([true])
    },
    Mistake("&&: needs bool, found float32") { x && x },
    Mistake("logicalNot: needs bool, found float32; compare first, as in x .!= 0") { !x },
    Mistake("where: the condition must be bool, found float32; compare first, as in x .> 0") {
      `where`(x, x, x)
    },
    Mistake("0.5 beside a tensor of int64: convert the tensor with to(.float32) first") {
      Tensor([1, 2]) * 0.5
    },
    Mistake("300.0 beside a tensor of uint8, which cannot hold it: convert the tensor first") {
      Tensor([1] as [UInt8]) + 300
    },
    Mistake("mean: needs floating-point numbers, found int64; convert with to(.float32)") {
      Tensor([1, 2]).mean()
    },
    Mistake("any: needs bool, found float32; compare first, as in x .> 0") { x.any() },
    Mistake(
      "prelu: slope [2] does not fit [2, 3]: one number, or one for each channel"
    ) { prelu(x, slope: [1, 2]) },
  ]

  private static let axes = [
    Mistake("sum: axis 2 does not exist in a tensor of 2 axes; axes are -2…1") {
      x.sum(along: 2)
    },
    Mistake("softmax: axis -3 does not exist in a tensor of 2 axes; axes are -2…1") {
      softmax(x, along: -3)
    },
    Mistake("max: axis 0 does not exist in a tensor of 0 axes; it has none") {
      Tensor(1.0).max(along: 0)
    },
    Mistake("sum: axis 1 is named twice") { x.sum(along: 1, -1) },
    Mistake("max: axis 0 of [0, 3] is empty and has no maximum") {
      Tensor.zeros([0, 3]).max(along: 0)
    },
    Mistake("argmin: axis 0 of [0, 3] is empty and has no minimum") {
      Tensor.zeros([0, 3]).argmin(along: 0)
    },
    Mistake("squeezed: axis 0 of [2, 3] has length 2, not 1") { x.squeezed(0) },
    Mistake("permute: [0] is not an order of the axes of [2, 3]") { x.permuted([0]) },
    Mistake("permute: [0, 0] is not an order of the axes of [2, 3]") { x.permuted(0, 0) },
    Mistake("item: needs a tensor of one element, found shape [2, 3]") {
      Tensor(x.item())
    },
  ]

  private static let shapes = [
    Mistake("reshape: [2, 3] has 6 elements, [4, 2] 8") { x.reshaped(to: [4, 2]) },
    Mistake("reshape: [2, 3] has 6 elements, which [4, -1] does not divide") {
      x.reshaped(to: [4, -1])
    },
    Mistake("reshape: [2, 3] has 6 elements, which [-1, -1] does not divide") {
      x.reshaped(to: [-1, -1])
    },
    Mistake("reshape: [-2, -3] has a negative length") { x.reshaped(to: [-2, -3]) },
    Mistake(
      "expand: [2, 3] does not stretch to [4, 3]: paired from the last, lengths must be equal or 1"
    ) { x.expanded(to: [4, 3]) },
    Mistake(
      "concatenate: tensor 1 has shape [2, 4], tensor 0 [2, 3]; they may differ along axis 0 only"
    ) { concatenate([x, y]) },
    Mistake(
      "concatenate: tensor 1 has shape [3], tensor 0 [2, 3]; they may differ along axis 0 only"
    ) { concatenate([x, Tensor.ones([3])]) },
    Mistake("concatenate: needs at least one tensor") { concatenate([]) },
    Mistake("stack: tensor 1 has shape [2, 4], tensor 0 [2, 3]") { stack([x, y]) },
    Mistake("split: axis 1 of [2, 3] does not divide into 2 equal parts") {
      x.split(into: 2, along: 1)[0]
    },
    Mistake("split: lengths [1, 1] do not fill axis 1 of [2, 3]") {
      x.split(lengths: [1, 1], along: 1)[0]
    },
    Mistake("pad: 1 pairs of widths for the 2 axes of [2, 3]") { x.padded([(1, 1)]) },
    Mistake("pad: widths must not be negative; slice instead") {
      x.padded([(0, 0), (-1, 0)])
    },
    Mistake("pad: axis 0 of [0, 3] is empty, so nothing can be repeated") {
      Tensor.zeros([0, 3]).padded([(1, 0), (0, 0)], mode: .edge)
    },
    Mistake("tiled: [-1] has a negative number") { x.tiled(-1) },
    Mistake("Tensor: shape [2, 2] needs 4 elements, found 3") {
      Tensor([1, 2, 3] as [Float], shape: [2, 2])
    },
    Mistake("Tensor: row 1 has 1 elements, row 0 has 2") {
      Tensor([[1, 2], [3]] as [[Float]])
    },
    Mistake("Tensor: element 1 of the literal has shape [1], element 0 has [2]") {
      [[1, 2], [3]]
    },
    Mistake("range: from 0.0 to 1.0 by 0.0 is endless") {
      Tensor.range(from: 0, to: 1, by: 0)
    },
    Mistake("range: from 1.0 to 0.0 by 0.0 is endless") {
      Tensor.range(from: 1, to: 0, by: 0)
    },
    Mistake("identity: -1 rows and -1 columns") { Tensor.identity(-1) },
    Mistake("full: shape [-1] has a negative length") { Tensor.zeros([-1]) },
  ]

  private static let products = [
    Mistake("matmul: [2, 3] and [2, 4] do not fit: it takes […, m, k] and […, k, n]") {
      matmul(x, y)
    },
    Mistake("matmul: [] and [2, 3]: both need at least one axis; multiply with *") {
      matmul(Tensor(Float(1)), x)
    },
    Mistake("matmul: batch axes [2] and [3] do not broadcast") {
      matmul(Tensor.ones([2, 1, 4]), Tensor.ones([3, 4, 1]))
    },
    Mistake("linear: input [2, 3] does not fit weight [5, 4]: it takes […, 4] and [out, in]") {
      linear(x, weight: Tensor.ones([5, 4]))
    },
    Mistake("linear: bias [4] does not fit weight [5, 3]: it takes [5]") {
      linear(x, weight: Tensor.ones([5, 3]), bias: Tensor.ones([4]))
    },
    Mistake("einsum: \"ij,jk->ik\" names 2 operands, found 1") { einsum("ij,jk->ik", x) },
    Mistake("einsum: \"ijk\" names 3 axes, operand 0 has [2, 3]") { einsum("ijk->i", x) },
    Mistake("einsum: axis j of \"ij,jk->ik\" has length 3 and, in operand 1, 2") {
      einsum("ij,jk->ik", x, y)
    },
    Mistake("einsum: the result of \"ij->ik\" names axis k which no operand has") {
      einsum("ij->ik", x)
    },
    Mistake("einsum: the result of \"ij->ii\" names axis i twice") { einsum("ij->ii", x) },
    Mistake("einsum: \"1\" in \"i1->i\" is not a letter") { einsum("i1->i", x) },
    Mistake("diagonal: needs at least two axes, found [3]") { Tensor.ones([3]).diagonal() },
  ]

  private static let indices = [
    Mistake("subscript: index 2 lies outside axis 0 of [2, 3]") { x[2] },
    Mistake("subscript: index -4 lies outside axis 1 of [2, 3]") { x[0, -4] },
    Mistake("subscript: 3 indices for the 2 axes of [2, 3]") { x[0, 0, 0] },
    Mistake("subscript: more than one ellipsis") { x[.ellipsis, .ellipsis] },
    Mistake("subscript: a step of 0") { x[.every(0)] },
    Mistake("slice: elements 1…4 of axis 1 lie outside [2, 3]") { x.slice(1..<5, along: 1) },
    Mistake("take: index 3 lies outside an axis of length 3") {
      x.take(Tensor([0, 3]), along: 1)
    },
    Mistake("take: indices must be int64, found float32; convert with to(.int64)") {
      x.take([0, 1])
    },
    Mistake("takeAlongAxis: index -3 lies outside an axis of length 2") {
      x.takeAlongAxis(Tensor([[-3, 0, 0]]), axis: 0)
    },
    Mistake(
      "takeAlongAxis: indices [3, 1] do not fit [2, 3]: as many axes, none but axis 1 longer"
    ) { x.takeAlongAxis(Tensor([[0], [0], [0]]), axis: 1) },
    Mistake(
      "adding: updates [2, 2] do not fit; [2, 3] at indices [2] along axis 0 takes [2, 3]"
    ) { x.adding(Tensor.ones([2, 2]), at: Tensor([0, 1])) },
    Mistake(
      "replacing: updates [3] do not fit; [2, 3] at indices [1] along axis 1 takes [2, 1]"
    ) { x.replacing(Tensor.ones([3]), at: Tensor([0]), along: 1) },
    Mistake("oneHot: index 5 lies outside an axis of length 3") { Tensor([5]).oneHot(3) },
    Mistake("topK: 4 elements of axis 1 of [2, 3], which has 3") { x.topK(4).values },
  ]

  struct Hidden: TensorTree {
    var weight = Tensor.ones([5, 4])
    var bias = Tensor.ones([5])
  }

  struct Network: TensorTree {
    var hidden = Hidden()
  }

  enum Choice: TensorTree {
    case nothing
    case one(Hidden)
    case named(String)
  }

  struct Chooser: TensorTree {
    var choice: Choice
    var weight = Tensor(1.0)
  }

  private static let gradients = [
    Mistake(
      "choice: Choice is an enumeration whose case holds tensors; give it a visitTensors(_:) of "
        + "its own"
    ) { gradient(of: Chooser(choice: .one(Hidden()))) { $0.weight }.weight },
    Mistake(
      "linear: input [2, 3] does not fit weight [5, 4]: it takes […, 4] and [out, in] "
        + "(at hidden.weight, hidden.bias)"
    ) {
      gradient(of: Network()) { model in
        linear(x, weight: model.hidden.weight, bias: model.hidden.bias).sum()
      }.hidden.bias
    },
    Mistake(
      "+: shapes [5] and [2, 3] do not broadcast: paired from the last axis, lengths must be "
        + "equal or 1 (at hidden.bias)"
    ) { gradient(of: Network()) { ($0.hidden.bias + x).sum() }.hidden.bias },
    Mistake(
      "matmul: [2, 3] and [5, 4] do not fit: it takes […, m, k] and […, k, n] (at 1.weight)"
    ) { gradient(of: [Hidden(), Hidden()]) { matmul(x, $0[1].weight).sum() }[0].bias },
    Mistake("take: index 5 lies outside an axis of length 5 (at hidden.weight)") {
      gradient(of: Network()) { $0.hidden.weight.take(Tensor([5])).sum() }.hidden.bias
    },
    Mistake(
      "+: shapes [5] and [2, 3] do not broadcast: paired from the last axis, lengths must "
        + "be equal or 1"
    ) { gradient(of: Tensor.ones([5])) { ($0 + x).sum() } },
    Mistake(
      "gradient: the closure must give a single floating-point number, found float32 [2, 3]; sum "
        + "or average it, or use valueWithPullback(of:_:)"
    ) { gradient(of: x) { $0 * 2 } },
    Mistake(
      "gradient: the closure must give a single floating-point number, found int64 []; sum or "
        + "average it, or use valueWithPullback(of:_:)"
    ) { gradient(of: x) { $0.sum().to(.int64) } },
    Mistake(
      "pullback: the cotangent is float32 [3], the value float32 [2, 3]; they must be alike"
    ) { valueWithPullback(of: x) { $0 * 2 }.pullback(Tensor.ones([3])) },
    Mistake("withCustomPullback: the pullback gave 2 cotangents for 1 inputs") {
      gradient(of: Tensor(1.0)) { x in
        withCustomPullback([x], forward: { $0[0] }) { _, _, dy in [dy, dy] }
      }
    },
    Mistake("withCustomPullback: cotangent 0 is float64 [2], its input float64 []") {
      gradient(of: Tensor(1.0)) { x in
        withCustomPullback([x], forward: { $0[0] }) { _, _, dy in [dy.expanded(to: [2])] }
      }
    },
  ]
}
