import Arrays
import Tensors
import Testing

/// A training step in steady state asks the system for no memory.
@Suite struct SteadyStateTests {
  @Test func repeatedStepsAllocateNothing() async {
    await #expect(processExitsWith: .success) {
      struct Network: TensorTree {
        var first = Tensor.full([32, 16], 0.01)
        var bias = Tensor.zeros([32])
        var second = Tensor.full([4, 32], 0.02)
      }
      var network = Network()
      let input = Tensor.linearSpace(from: -1, to: 1, count: 1024).reshaped(to: [64, 16])
      let labels = (Tensor.range(0..<64) % 4).oneHot(4)
      func step() {
        let (_, slope) = valueAndGradient(of: &network) { model -> Tensor in
          let hidden = relu(linear(input, weight: model.first, bias: model.bias))
          return -(logSoftmax(linear(hidden, weight: model.second)) * labels).sum(along: 1).mean()
        }
        network.first -= slope.first * 0.1
        network.bias -= slope.bias * 0.1
        network.second -= slope.second * 0.1
      }
      for _ in 0..<3 { step() }
      let before = MemoryPool.shared.statistics
      for _ in 0..<50 { step() }
      let after = MemoryPool.shared.statistics
      #expect(after.systemAllocations == before.systemAllocations)
      #expect(after.bytesInUse == before.bytesInUse)
    }
  }
}
