import Myelin

extension GPT.Configuration {
  /// The language model that is timed, and whose peers the scripts beside the benchmark make: an
  /// output of its own, the exact GELU, no dropout.
  package static let benchmark = GPT.Configuration(
    vocabulary: 65, context: 128, width: 256, layers: 4, heads: 8, dropout: 0, activation: .none,
    isTied: false)

  /// Of one sequence. The embedding is trained, so that every product needs both derivatives.
  /// Attention's two products, q · kᵀ and their softmax · v, are counted whole, with the half that
  /// the causal order then hides: 2 · time · time · width multiply-adds a block.
  fileprivate func operations(time: Int) -> OperationCount {
    let token =
      Double(12 * layers) * OperationCount.product(width, width)
      + OperationCount.product(width, vocabulary)
    let attention = 2 * Double(time) * OperationCount.product(time, width)
    return OperationCount(first: 0, rest: Double(time) * token + Double(layers) * attention)
  }
}

extension Workload {
  static let gpt = Workload(
    "gpt", batch: 16, iterations: 8, operations: GPT.Configuration.benchmark.operations(time: 128),
    model: { GPT(.benchmark) },
    data: { data, batch in
      (data.labels([batch, 128], below: 65), data.labels([batch, 128], below: 65))
    },
    loss: { tokenLoss($0, $1) })
}
