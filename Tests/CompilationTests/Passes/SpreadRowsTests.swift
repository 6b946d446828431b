import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// Rows of a page's length stand apart where a product walks across them, and nowhere else.
@Suite struct SpreadRowsTests {
  /// A layer's activation and the gradient of a weight behind it: aᵀ · relu(x · w).
  private func gradient(rows: Int, columns: Int, givesActivation: Bool = false) -> Graph {
    traced([[rows, 8], [8, columns], [rows, 16]]) { x in
      let activation = relu(matmul(x[0], x[1]))
      let gradient = matmul(x[2].transposed(), activation)
      return givesActivation ? [gradient, activation] : [gradient]
    }
  }

  /// How far apart rows of the values with so many columns are, and how many values are.
  private func pitches(_ graph: Graph, columns: Int) -> [Int] {
    graph.values.filter { $0.layout.rank == 2 && $0.layout.shape[1] == columns }
      .map(\.layout.strides[0])
  }

  @Test func rowsOfPagesStandApart() {
    let graph = gradient(rows: 40, columns: 1024).after { $0.spreadRows() }
    // The weight and the gradient; the product's result and what it becomes.
    #expect(pitches(graph, columns: 1024).sorted() == [1024, 1024, 1040, 1040])
  }

  @Test(arguments: [1000, 1040, 512]) func otherRowsStay(_ columns: Int) {
    let graph = gradient(rows: 40, columns: columns).after { $0.spreadRows() }
    #expect(pitches(graph, columns: columns).allSatisfy { $0 == columns })
  }

  @Test func resultsStay() {
    let graph = gradient(rows: 40, columns: 1024, givesActivation: true).after { $0.spreadRows() }
    #expect(pitches(graph, columns: 1024).allSatisfy { $0 == 1024 })
  }

  @Test func whatCannotFollowKeepsItsRows() {
    let graph = traced([[8, 1024], [8, 4]]) { x in
      let activation = relu(x[0])
      return [matmul(x[1].transposed(), activation), activation.reshaped(to: [-1]).prefix(1500)]
    }
    let spread = graph.after { $0.spreadRows() }
    #expect(pitches(spread, columns: 1024).allSatisfy { $0 == 1024 })
  }

  @Test func meansTheSame() {
    var random = RandomSource(seed: 1)
    let arguments = [[40, 8], [8, 2048], [40, 16]].map { random.normal(Shape($0)) }
    let graph = gradient(rows: 40, columns: 2048)
    #expect(
      GraphEvaluator.run(graph, arguments)
        == GraphEvaluator.run(graph.after { $0.spreadRows() }, arguments))
  }

  /// Bias, residual and normalization behind a product, slices written one by one, sums: all over
  /// rows that stand apart.
  @Test(arguments: [1, 3]) func stepsAgreeWithEagerOnes(_ time: Int) {
    var random = RandomSource(seed: 2)
    let x = random.normal([time, 24, 32])
    let weights = [
      random.normal([1024, 32]) * 0.1, random.normal([16, 1024]) * 0.1, random.normal([1024]),
    ]
    @Sendable func gradients(_ weights: [Tensor], _ x: Tensor) -> [Tensor] {
      let tied = weights
      return valueAndGradient(of: tied) { weights in
        let steps = (0..<time).map { gelu(linear(x[$0], weight: weights[0], bias: weights[2])) }
        let hidden = stack(steps)
        return square(linear(hidden, weight: weights[1])).sum() + hidden.mean()
      }.gradient
    }
    let compiled = compile { (weights: [Tensor], x: Tensor) in gradients(weights, x) }
    for (actual, expected) in zip(compiled(weights, x), gradients(weights, x)) {
      expectClose(
        actual: actual.floats, expected: expected.floats, absolute: 1e-3, relative: 1e-4)
    }
  }
}
