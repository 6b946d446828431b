import Myelin

/// A language model of recurrent layers: tokens [batch, time] → logits [batch, time, vocabulary].
package struct RecurrentNetwork: Layer {
  private var embedding: Embedding
  private var lstm: LSTM
  private var output: Linear

  package init(vocabulary: Int = 65, embedding width: Int = 128, hidden: Int = 256) {
    embedding = Embedding(vocabulary, width)
    lstm = LSTM(width, hidden, layers: 2)
    output = Linear(hidden, vocabulary)
  }

  package func callAsFunction(_ tokens: Tensor) -> Tensor {
    let (hidden, _) = lstm(embedding(tokens.transposed(0, 1)))
    return output(hidden).transposed(0, 1)
  }

  /// Of one sequence. The embedding is trained, so that every product needs both derivatives; the
  /// state's product is counted at every time, the first one's zeros included.
  fileprivate static func operations(time: Int) -> OperationCount {
    let gates = 4 * 256
    let token =
      OperationCount.product(128, gates) + 3 * OperationCount.product(256, gates)
      + OperationCount.product(256, 65)
    return OperationCount(first: 0, rest: Double(time) * token)
  }
}

extension Workload {
  static let lstm = Workload(
    "lstm", batch: 32, iterations: 10, operations: RecurrentNetwork.operations(time: 64),
    model: { RecurrentNetwork() },
    data: { data, batch in
      (data.labels([batch, 64], below: 65), data.labels([batch, 64], below: 65))
    },
    loss: { tokenLoss($0, $1) })

  /// Cross entropy of logits [batch, time, vocabulary] and tokens [batch, time], their mean.
  @Sendable static func tokenLoss(_ logits: Tensor, _ tokens: Tensor) -> Tensor {
    crossEntropy(logits.reshaped(to: [-1, logits.shape[2]]), tokens.reshaped(to: [-1]))
  }
}
