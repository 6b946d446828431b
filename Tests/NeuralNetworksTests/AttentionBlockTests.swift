import Myelin
import TestSupport
import Testing

/// Queries, keys, values and perhaps a mask that is added.
private struct Operands: TensorTree {
  var queries: Tensor
  var keys: Tensor
  var values: Tensor
  var added: Tensor?
}

/// Attention of sequences too long for one piece: against the formula written out.
struct AttentionBlockTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var queries = 600
    var keys = 600
    var heads = 2
    var keyHeads = 2
    var isCausal = false
    var window: Int?
    /// The shape of a mask that is added.
    var added: Shape?
    /// The shape of a mask of bool.
    var seen: Shape?
  }

  static let cases = [
    Case(testDescription: "plain"),
    Case(testDescription: "causal", isCausal: true),
    Case(testDescription: "causal, after a cache", queries: 300, keys: 1_000, isCausal: true),
    Case(testDescription: "causal, before the keys", queries: 1_000, keys: 300, isCausal: true),
    Case(testDescription: "window", queries: 700, keys: 700, window: 40),
    Case(testDescription: "causal window", isCausal: true, window: 100),
    Case(testDescription: "window beside the keys", queries: 1_500, keys: 200, window: 30),
    Case(testDescription: "grouped", heads: 4, isCausal: true),
    Case(testDescription: "padding", isCausal: true, seen: [2, 1, 1, 600]),
    Case(testDescription: "bool", seen: [600, 600]),
    Case(testDescription: "added", isCausal: true, added: [2, 600, 600]),
    Case(testDescription: "added to keys", added: [2, 1, 1, 600]),
    Case(testDescription: "grouped and added", heads: 4, added: [4, 600, 1]),
  ]

  private static func operands(_ x: Case, _ random: inout RandomSource) -> Operands {
    Operands(
      queries: random.normal([2, x.heads, x.queries, 4]),
      keys: random.normal([2, x.keyHeads, x.keys, 4]),
      values: random.normal([2, x.keyHeads, x.keys, 3]),
      added: x.added.map { random.normal($0) })
  }

  /// softmax(q · kᵀ / √d + mask) · v with hidden rows as zeros, in float64.
  private static func formula(_ x: Operands, _ seen: Tensor?, _ options: Case) -> Tensor {
    let groups = options.heads / options.keyHeads
    func repeated(_ x: Tensor) -> Tensor {
      let heads = x.to(.float64).split(into: options.keyHeads, along: 1)
      return concatenate(heads.flatMap { Array(repeating: $0, count: groups) }, along: 1)
    }
    var scores = matmul(x.queries.to(.float64) * 0.5, repeated(x.keys).transposed(2, 3))
    if let added = x.added { scores = scores + added.to(.float64) }
    let rows =
      (Tensor.range(0..<options.queries) + Double(options.keys - options.queries)).unsqueezed(1)
    let columns = Tensor.range(0..<options.keys)
    var isSeen = seen ?? Tensor.ones([1, 1], .bool)
    if options.isCausal { isSeen = isSeen && columns .<= rows }
    if let window = options.window {
      isSeen =
        isSeen && columns .> rows - Double(window) && columns .< rows + Double(window)
    }
    isSeen = isSeen.expanded(to: scores.shape)
    let sees = isSeen.any(along: -1, keepingAxes: true)
    scores = `where`(isSeen || !sees, scores, -.infinity)
    return `where`(sees, matmul(softmax(scores), repeated(x.values)), 0).to(.float32)
  }

  @Test(arguments: cases, ExecutionMode.allCases)
  func isTheFormula(_ x: Case, _ mode: ExecutionMode) throws {
    var random = RandomSource(seed: 4)
    let operands = Self.operands(x, &random)
    let seen = x.seen.map { random.uniform($0) .> 0.3 }
    let cotangent = random.normal([2, x.heads, x.queries, 3])
    let found = try mode.differentiate(operands, cotangent: cotangent) {
      scaledDotProductAttention(
        $0.queries, $0.keys, $0.values, mask: $0.added ?? seen, isCausal: x.isCausal,
        window: x.window)
    }
    let (value, pullback) = valueWithPullback(of: operands) { Self.formula($0, seen, x) }
    expect(found.value, value, "value")
    let expected = pullback(cotangent)
    expect(found.gradient.queries, expected.queries, "queries")
    expect(found.gradient.keys, expected.keys, "keys")
    expect(found.gradient.values, expected.values, "values")
    if let added = found.gradient.added, let wanted = expected.added {
      expect(added, wanted, "mask")
    }
  }

  private func expect(_ actual: Tensor, _ expected: Tensor, _ label: String) {
    #expect(actual.shape == expected.shape, "\(label)")
    expectClose(
      actual: actual.scalars(), expected: expected.scalars(), shape: expected.shape,
      absolute: 3e-5, relative: 1e-4, label)
  }

  /// The same weights are dropped on the way back, eager and compiled.
  @Test(arguments: ExecutionMode.allCases) func dropsTheSameOnTheWayBack(_ mode: ExecutionMode)
    throws
  {
    var random = RandomSource(seed: 5)
    let operands = Self.operands(Self.cases[1], &random)
    // Values that are one at one key: the result is the weight of that key, and the derivative of
    // its sum by all values the sum of weights.
    let found = try mode.differentiate(operands, cotangent: Tensor.ones([2, 2, 600, 3])) {
      var source = RandomSource(seed: 9)
      return scaledDotProductAttention(
        $0.queries, $0.keys, $0.values, isCausal: true, dropout: 0.4, using: &source)
    }
    // y is linear in v: Σ y = Σ v · ∂Σy/∂v.
    let total = found.value.to(.float64).sum().item()
    let product = (found.gradient.values * operands.values).to(.float64).sum().item()
    #expect(abs(total - product) < 1e-2)
    let plain = scaledDotProductAttention(
      operands.queries, operands.keys, operands.values, isCausal: true)
    #expect(abs((found.value - plain).sum().item()) > 1)
  }

  @Test func differentiatesTwice() {
    var random = RandomSource(seed: 6)
    let operands = Self.operands(Self.cases[1], &random)
    func second(_ attention: @escaping (Operands) -> Tensor) -> Operands {
      gradient(of: operands) { x in
        let inner = gradient(of: x) { square(attention($0)).sum() }
        return square(inner.queries).sum() + square(inner.values).sum()
      }
    }
    let found = second {
      scaledDotProductAttention($0.queries, $0.keys, $0.values, isCausal: true)
    }
    let expected = second { Self.formula($0, nil, Self.cases[1]) }
    for (a, b) in zip(found.namedTensors, expected.namedTensors) {
      expectClose(
        actual: a.tensor.scalars(), expected: b.tensor.scalars(), absolute: 2e-3, relative: 1e-3,
        a.path)
    }
  }

  /// Twice the length takes twice the memory, eager and compiled.
  @Test func memoryIsLinear() {
    func plan(_ time: Int) -> Int {
      var random = RandomSource(seed: 7)
      let x = random.normal([1, 8, time, 16])
      let step = compile { (x: Tensor) -> Tensor in
        gradient(of: x) {
          scaledDotProductAttention($0, $0, $0, isCausal: true).sum()
        }
      }
      _ = step(x)
      return step.plans[0].peakBytes
    }
    let (short, long) = (plan(1_024), plan(2_048))
    #expect(long < 3 * short, "\(short) bytes for 1024 tokens, \(long) for 2048")
  }
}
