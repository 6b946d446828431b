import Arrays
import Myelin
import Tensors
import Testing

/// Which values share memory.
@Suite struct MemoryPlanTests {
  private static func plan(_ graph: Graph) -> MemoryPlan {
    MemoryPlan(graph, BufferSharing(graph))
  }

  @Test func aChainNeedsOneBuffer() {
    let graph = traced([[1024]]) { x in [exp(tanh(exp(tanh(x[0])))).sum()] }
    // Beside it lies the sum, whose place is a cache line.
    #expect(MemoryPlanTests.plan(graph).arenaBytes == 4096 + 64)
  }

  @Test func whatIsReadLaterStays() {
    let graph = traced([[1024]]) { x in
      let a = exp(x[0])
      return [(tanh(a) * a).sum()]
    }
    #expect(MemoryPlanTests.plan(graph).arenaBytes == 8192 + 64)
  }

  @Test func argumentsThatAreNoStateAreNeverWritten() {
    let graph = traced([[16]]) { x in [exp(x[0])] }
    let plan = MemoryPlanTests.plan(graph)
    #expect(plan.places[graph.results[0]] == .result(0))
    #expect(plan.places[graph.inputs[0]] == .input(0))
  }

  @Test func stateChangesInItsPlace() {
    let trace = Trace()
    trace.record {
      let x = Tensor(trace.addInput([16], .float32))
      trace.addResult(exp(x).array, replacing: 0)
    }
    let plan = MemoryPlanTests.plan(trace.graph)
    #expect(plan.places[trace.graph.results[0]] == .input(0))
    #expect(plan.commits.isEmpty && plan.arenaBytes == 0)
  }

  @Test func livesThatDoNotOverlapShareTheArena() {
    let graph = traced([[64, 64]]) { x in
      var y = x[0]
      for _ in 0..<20 { y = matmul(y, x[0]) }
      return [y.sum()]
    }
    // A product cannot be written where an operand is: two buffers take turns.
    #expect(MemoryPlanTests.plan(graph).arenaBytes <= 2 * 64 * 64 * 4 + 64)
  }
}
