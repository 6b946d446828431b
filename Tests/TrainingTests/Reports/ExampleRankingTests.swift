import Foundation
import Myelin
import Testing

@Suite struct ExampleRankingTests {
  @Test func ordersByLoss() {
    var ranking = ExampleRanking(keeping: 2)
    // Probabilities of class 0: 1/2, e/(1+e), 1/(1+e).
    ranking.add(
      Tensor([[0, 0], [1, 0], [0, 1]] as [[Float]]), Tensor([0, 0, 0] as [Int]))
    ranking.add(Tensor([[5, 0], [9, 9]] as [[Float]]), Tensor([1, -1] as [Int]))
    #expect(ranking.worst.map(\.place) == [3, 2])
    #expect(ranking.best.map(\.place) == [1, 0])
    #expect(ranking.worst.map(\.predicted) == [0, 1])
    #expect(abs((ranking.worst.first?.loss ?? 0) - log(1 + exp(5.0))) < 1e-5)
    #expect(abs((ranking.best.first?.probability ?? 0) - 1 / (1 + exp(-1.0))) < 1e-6)
  }
}
