import Arrays
import Myelin
import Tensors
import Testing

/// What becomes one loop over tiles, and what does not.
@Suite struct FusionTests {
  private static func fused(_ shapes: [Shape], _ body: ([Tensor]) -> [Tensor]) -> [Int] {
    let graph = traced(shapes, body).after {
      $0.forwardCopies()
      $0.decompose()
      $0.fuseTiles()
    }
    return graph.instructions.map { instruction in
      guard case .fused(let fusion) = instruction.operation else { return 1 }
      return fusion.instructions.count
    }
  }

  @Test func aChainIsOneLoop() {
    #expect(FusionTests.fused([[8, 16], [16]]) { [relu(tanh($0[0]) * 2 + $0[1])] } == [4])
  }

  @Test func softmaxIsOneLoop() {
    #expect(FusionTests.fused([[8, 16]]) { [softmax($0[0], along: 1)] } == [6])
  }

  @Test func sumsOverRowsEndALoop() {
    // The mean over rows is known only when all rows are done.
    let parts = FusionTests.fused([[8, 16]]) { x in [x[0] - x[0].mean(along: 0)] }
    #expect(parts == [1, 1])
  }

  @Test func whatGoesThroughAProductIsNoPartOfTheLoop() {
    let parts = FusionTests.fused([[8, 8]]) { x in
      let y = exp(x[0])
      return [y + matmul(y, x[0])]
    }
    #expect(parts == [1, 1, 1])
  }

  @Test func branchesOfOneOperandShareALoop() {
    let parts = FusionTests.fused([[8, 16]]) { x in
      let y = exp(x[0])
      return [y * 2, y.sum(along: 0, keepingAxes: true), tanh(y)]
    }
    #expect(parts == [4])
  }

  /// Units that need each other through a third never become one, however they came about.
  @Test func unitsHaveAnOrder() {
    let graph = traced([[4]]) { x in
      let a = exp(x[0])
      return [a * tanh(a), sin(x[0])]
    }
    // exp, tanh, ·, sin: without tanh between them, exp and · would each have to be first.
    var units = Units(Dependencies(graph))
    #expect(!units.canMerge(0, 2))
    #expect(units.canMerge(0, 1) && units.canMerge(0, 3))
    units.merge(1, into: 0)
    #expect(units.canMerge(0, 2))
    units.merge(2, into: 0)
    #expect(units.order() == [0, 3])
  }
}
