import Arrays
import CPUBackend
import Myelin
import Tensors
import TestSupport
import Testing

/// Batches of small products, what stands between them, and what becomes of copies and factors.
@Suite struct AttentionTests {
  /// A function of [batch, time, 3, heads, size], and its plan's kernels of each kind.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var shape: Shape = [3, 20, 3, 4, 8]
    /// Kernels that hold several steps, and products by themselves.
    var chains = 0
    var products = 0
    /// Copies and products of libraries.
    var others = 0
    let run: @Sendable (Tensor) -> [Tensor]
  }

  /// softmax(q · kᵀ / √d + mask) · v of each head, [batch, time, heads, size].
  static func attention(_ x: Tensor, factor: Double = 0.3) -> Tensor {
    let parts = x.permuted(2, 0, 3, 1, 4)
    let time = x.shape[1]
    let mask = Tensor.full([time, time], -.infinity).upperTriangle(offset: 1)
    let scores = matmul(parts[0] * factor, parts[1].transposed(2, 3)) + mask
    return matmul(softmax(scores), parts[2]).transposed(1, 2)
  }

  private static func gradient(_ x: Tensor, _ loss: (Tensor) -> Tensor) -> Tensor {
    Myelin.gradient(of: x) { (x: Tensor) in loss(x) }
  }

  /// The scores of each head.
  private static func scores(_ x: Tensor) -> Tensor {
    let parts = x.permuted(2, 0, 3, 1, 4)
    return matmul(parts[0], parts[1].transposed(2, 3))
  }

  static let all = [
    Case(testDescription: "forward", chains: 1) { [attention($0).contiguous()] },
    Case(testDescription: "forward and back", chains: 1) { x in
      [gradient(x) { square(attention($0)).sum() }]
    },
    Case(testDescription: "large heads", shape: [2, 150, 3, 4, 40], chains: 1) { x in
      [gradient(x) { square(attention($0)).sum() }]
    },
    Case(testDescription: "one token", shape: [9, 1, 3, 4, 8], others: 2) {
      [attention($0).contiguous()]
    },
    Case(testDescription: "few matrices", shape: [1, 40, 3, 4, 8], products: 2) {
      [attention($0).contiguous()]
    },
    Case(testDescription: "scores that are read twice", chains: 1, others: 1) { x in
      let scores = scores(x)
      return [exp(scores), scores.transposed(2, 3) + 0]
    },
    Case(testDescription: "scores that are a result", chains: 1) { x in
      let scores = scores(x)
      return [scores, softmax(scores)]
    },
    Case(testDescription: "a loop over all heads", products: 1) { x in
      [scores(x).sum(along: 0)]
    },
    Case(testDescription: "a softmax over columns", chains: 1, others: 1) { x in
      [softmax(scores(x), along: 2)]
    },
    Case(testDescription: "factors of results", products: 1) { [scores($0) * -0.25] },
    Case(testDescription: "factors out of range", chains: 1) { [scores($0) * 1e-9] },
    Case(testDescription: "a transposed result", products: 1) {
      [scores($0).transposed(2, 3).contiguous()]
    },
  ]

  private static func operand(_ shape: Shape) -> Tensor {
    var random = RandomSource(seed: 11)
    return random.normal(shape)
  }

  @Test(arguments: all) func plansAreWhatEagerRunsAre(_ x: Case) {
    let operand = AttentionTests.operand(x.shape)
    let expected = x.run(operand)
    let plan = compile { (operand: Tensor) in x.run(operand) }
    for _ in 0..<2 {
      for (actual, expected) in zip(plan(operand), expected) {
        expectClose(
          actual: actual.scalars(), expected: expected.scalars(), shape: expected.shape,
          absolute: 1e-5, relative: 1e-4, x.testDescription)
      }
    }
  }

  @Test(arguments: all) func sameBitsForEveryNumberOfThreads(_ x: Case) {
    let operand = AttentionTests.operand(x.shape)
    let plan = compile { (operand: Tensor) in x.run(operand) }
    let all = ThreadTeam.size
    defer { ThreadTeam.size = all }
    let results = [1, 2, 5].map { threads in
      ThreadTeam.size = threads
      return plan(operand).map(\.floats)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test(arguments: all) func kernels(_ x: Case) {
    let graph = Plan(traced([x.shape]) { x.run($0[0]) }).graph
    var found = (chains: 0, products: 0, others: 0)
    for instruction in graph.instructions {
      switch instruction.operation {
      case .batchedProduct: found.products += 1
      case .copy, .matmul, .unary(.scale): found.others += 1
      case .fused(let fusion):
        if case .batches = fusion.kind { found.chains += 1 }
      default: break
      }
    }
    #expect(found == (x.chains, x.products, x.others), "\(graph.instructions.map(\.operation))")
  }
}
