import Arrays
import Myelin
import TestSupport
import Testing

/// Loops that need more than one place in memory: they read a part of a value and write others, or
/// read two products.
@Suite struct LoopMemoryTests {
  private static let weight = Tensor((0..<16).map { Float($0) / 16 - 0.4 }).reshaped(to: [4, 4])

  @Test func whatIsReadBesideWrittenPartsStays() throws {
    @Sendable func function(_ x: Tensor) -> Tensor {
      // One loop, of which the products need one result and the last loop the other.
      let a = tanh(x)
      let m = matmul(matmul(sin(x), Self.weight), Self.weight)
      let b = tanh(m)
      let v = concatenate([a, b, sin(b)], along: 0)
      return v[0..<4] * v[4..<8] + v[8..<12]
    }
    var source = RandomSource(seed: 3)
    let x = source.uniform([4, 4], from: -1, to: 1)
    let compiled = compile { (x: Tensor) in function(x) }
    expectClose(actual: compiled(x).scalars(), expected: function(x).scalars())
    let plan = try #require(compiled.plans.first)
    #expect(PlanCheck.problems(of: plan) == [])
  }

  /// Two products of batches that one loop reads.
  @Test func twoProductsOfOneLoop() throws {
    @Sendable func function(_ x: [Tensor]) -> Tensor {
      tanh(matmul(x[0], x[1])) * matmul(x[0], x[2])
    }
    var source = RandomSource(seed: 3)
    let x = (0..<3).map { _ in source.uniform([16, 16, 16], from: -1, to: 1) }
    let compiled = compile { (x: [Tensor]) in function(x) }
    expectClose(actual: compiled(x).scalars(), expected: function(x).scalars())
    let plan = try #require(compiled.plans.first)
    #expect(PlanCheck.problems(of: plan) == [])
  }
}
