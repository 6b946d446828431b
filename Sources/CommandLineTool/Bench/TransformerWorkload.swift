import Myelin

/// Attention of several heads and two linear layers, each normalized before and added to its input
/// (Radford et al., 2019): [batch, time, width] → the same shape.
private struct TransformerBlock: Module {
  var normalization1: LayerNorm
  var normalization2: LayerNorm
  /// Queries, keys and values of all heads.
  var projections: Linear
  var output: Linear
  var expansion: Linear
  var contraction: Linear
  let heads: Int

  init(width: Int, heads: Int) {
    normalization1 = LayerNorm(width)
    normalization2 = LayerNorm(width)
    projections = Linear(width, 3 * width)
    output = Linear(width, width)
    expansion = Linear(width, 4 * width)
    contraction = Linear(4 * width, width)
    self.heads = heads
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let attended = x + output(attention(projections(normalization1(x))))
    return attended + contraction(gelu(expansion(normalization2(attended))))
  }

  /// Of each head; a token sees itself and those before it.
  private func attention(_ projected: Tensor) -> Tensor {
    let (batch, time, width) = (projected.shape[0], projected.shape[1], projected.shape[2] / 3)
    let size = width / heads
    let parts = projected.reshaped(to: [batch, time, 3, heads, size]).permuted(2, 0, 3, 1, 4)
    let mixed = scaledDotProductAttention(parts[0], parts[1], parts[2], isCausal: true)
    return mixed.transposed(1, 2).reshaped(to: [batch, time, width])
  }
}

/// A language model of transformer blocks with learned positions: tokens [batch, time] → logits
/// [batch, time, vocabulary].
package struct TransformerNetwork: Layer {
  private var embedding: Embedding
  /// [time, width].
  private var positions: Tensor
  private var blocks: [TransformerBlock]
  private var normalization: LayerNorm
  private var output: Linear

  package init(
    vocabulary: Int = 65, width: Int = 256, heads: Int = 8, blocks count: Int = 4, time: Int = 128
  ) {
    embedding = Embedding(vocabulary, width)
    positions = RandomSource.withCurrent {
      $0.normal([time, width], standardDeviation: 0.02)
    }
    blocks = (0..<count).map { _ in TransformerBlock(width: width, heads: heads) }
    normalization = LayerNorm(width)
    output = Linear(width, vocabulary, bias: false)
  }

  package func callAsFunction(_ tokens: Tensor) -> Tensor {
    let time = tokens.shape[1]
    var x = embedding(tokens) + positions.prefix(time)
    for block in blocks { x = block(x) }
    return output(normalization(x))
  }

  /// Of one sequence. The embedding is trained, so that every product needs both derivatives.
  /// Attention's two products, q · kᵀ and their softmax · v, are counted whole, with the half that
  /// the mask then hides: 2 · time · time · width multiply-adds a block.
  fileprivate static func operations(time: Int) -> OperationCount {
    let (width, blocks) = (256, 4)
    let token =
      Double(12 * blocks) * OperationCount.product(width, width)
      + OperationCount.product(width, 65)
    let attention = 2 * Double(time) * OperationCount.product(time, width)
    return OperationCount(first: 0, rest: Double(time) * token + Double(blocks) * attention)
  }
}

extension Workload {
  static let gpt = Workload(
    "gpt", batch: 16, iterations: 8, operations: TransformerNetwork.operations(time: 128),
    model: { TransformerNetwork() },
    data: { data, batch in
      (data.labels([batch, 128], below: 65), data.labels([batch, 128], below: 65))
    },
    loss: { tokenLoss($0, $1) })
}
