import Myelin
import Tensors
import TestSupport
import Testing

/// Sums of products that become one product.
@Suite struct JoinProductsTests {
  private static let rows = Tensor((0..<16).map { Float($0) / 16 - 0.4 }).reshaped(to: [4, 4])

  /// Only some elements of each product are added up, as where a weight was padded: the joined
  /// product would not fit into the sum.
  @Test func partsOfProductsStayApart() throws {
    @Sendable func slopes(_ weight: Tensor) -> Tensor {
      gradient(of: weight) { weight in
        func product(_ x: Tensor) -> Tensor {
          tanh(matmul(x, weight.padded([(0, 10)]).reshaped(to: [4, 4]))).sum()
        }
        return product(Self.rows[0..<2]) + product(Self.rows[2..<4])
      }
    }
    let weight: Tensor = [1, -2, 3, 0.5, 2, -1]
    let compiled = compile { (weight: Tensor) in slopes(weight) }
    expectClose(actual: compiled(weight).floats, expected: slopes(weight).floats)
    let plan = try #require(compiled.plans.first)
    #expect(PlanCheck.problems(of: plan) == [])
  }
}
