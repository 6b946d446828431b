import Myelin

/// One layer of long short-term memory over a sequence (Hochreiter & Schmidhuber, 1997), with
/// PyTorch's parameters: i, f, g, o = W_ih · x + b_ih + W_hh · h + b_hh, c ← σ(f) · c + σ(i) · tanh g,
/// h ← σ(o) · tanh c.
///
/// x [time, batch, in] → all h, [time, batch, hidden]; both states start as 0.
private struct RecurrentLayer: Layer {
  /// [4 · hidden, in].
  var weight_ih: Tensor
  /// [4 · hidden, hidden].
  var weight_hh: Tensor
  /// [4 · hidden], like `bias_hh`.
  var bias_ih: Tensor
  var bias_hh: Tensor

  init(_ inputs: Int, _ hidden: Int) {
    let bound = 1 / Double(hidden).squareRoot()
    func uniform(_ shape: Shape) -> Tensor {
      RandomSource.withCurrent { $0.uniform(shape, from: -bound, to: bound) }
    }
    weight_ih = uniform([4 * hidden, inputs])
    weight_hh = uniform([4 * hidden, hidden])
    bias_ih = uniform([4 * hidden])
    bias_hh = uniform([4 * hidden])
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    // What does not depend on the state, in one product for all times.
    let inputs = linear(x, weight: weight_ih, bias: bias_ih)
    var h = Tensor.zeros([x.shape[1], weight_hh.shape[1]])
    var c = h
    let outputs = (0..<x.shape[0]).map { time in
      let gates = inputs[time] + linear(h, weight: weight_hh, bias: bias_hh)
      let parts = gates.split(into: 4, along: 1)
      c = sigmoid(parts[1]) * c + sigmoid(parts[0]) * tanh(parts[2])
      h = sigmoid(parts[3]) * tanh(c)
      return h
    }
    return stack(outputs)
  }
}

/// A language model of recurrent layers: tokens [batch, time] → logits [batch, time, vocabulary].
package struct RecurrentNetwork: Layer {
  private var embedding: Embedding
  private var layers: [RecurrentLayer]
  private var output: Linear

  package init(vocabulary: Int = 65, embedding width: Int = 128, hidden: Int = 256) {
    embedding = Embedding(vocabulary, width)
    layers = [RecurrentLayer(width, hidden), RecurrentLayer(hidden, hidden)]
    output = Linear(hidden, vocabulary)
  }

  package func callAsFunction(_ tokens: Tensor) -> Tensor {
    var x = embedding(tokens.transposed(0, 1))
    for layer in layers { x = layer(x) }
    return output(x).transposed(0, 1)
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
