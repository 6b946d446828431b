import Myelin

/// A small GPT: tokens [batch, time] → logits of the token after each, [batch, time, vocabulary].
///
///     x ← vector of the token + vector of its position
///     x ← x + attention(normalized x),  x ← x + network(normalized x)      in every block
///     logits = normalized x · vectors of the tokensᵀ
struct SmallGPT: Layer {
  var wte: Embedding
  var wpe: Embedding
  var blocks: [Block]
  var normalization: LayerNorm
  let context: Int

  init(vocabulary: Int, context: Int, width: Int, layers: Int, heads: Int) {
    let weights = Initializer.normal(standardDeviation: 0.02)
    wte = Embedding(vocabulary, width, weightInitializer: weights)
    wpe = Embedding(context, width, weightInitializer: weights)
    blocks = (0..<layers).map { _ in Block(width: width, heads: heads, layers: layers) }
    normalization = LayerNorm(width, bias: false)
    self.context = context
  }

  func callAsFunction(_ tokens: Tensor) -> Tensor {
    var x = wte(tokens) + wpe.weight.prefix(tokens.shape[1])
    for block in blocks { x = block(x) }
    return linear(normalization(x), weight: wte.weight)
  }

  struct Block: Layer {
    var normalization1: LayerNorm
    var projections: Linear
    var output: Linear
    var normalization2: LayerNorm
    var expansion: Linear
    var contraction: Linear
    let heads: Int

    init(width: Int, heads: Int, layers: Int) {
      let weights = Initializer.normal(standardDeviation: 0.02)
      // What is added in each block starts smaller, so that the sum over all keeps its size.
      let added = Initializer.normal(standardDeviation: 0.02 / Double(2 * layers).squareRoot())
      normalization1 = LayerNorm(width, bias: false)
      projections = Linear(width, 3 * width, bias: false, weightInitializer: weights)
      output = Linear(width, width, bias: false, weightInitializer: added)
      normalization2 = LayerNorm(width, bias: false)
      expansion = Linear(width, 4 * width, bias: false, weightInitializer: weights)
      contraction = Linear(4 * width, width, bias: false, weightInitializer: added)
      self.heads = heads
    }

    func callAsFunction(_ input: Tensor) -> Tensor {
      let x = input + output(attention(projections(normalization1(input))))
      return x + contraction(gelu(expansion(normalization2(x))))
    }

    private func attention(_ projected: Tensor) -> Tensor {
      let (batch, time, width) = (projected.shape[0], projected.shape[1], projected.shape[2] / 3)
      let size = width / heads
      let parts = projected.reshaped(to: [batch, time, 3, heads, size]).permuted(2, 0, 3, 1, 4)
      let mask = Tensor.full([time, time], -.infinity).upperTriangle(offset: 1)
      let scores = matmul(parts[0] * (1 / Double(size).squareRoot()), parts[1].transposed(2, 3))
      let mixed = matmul(softmax(scores + mask), parts[2])
      return mixed.transposed(1, 2).reshaped(to: [batch, time, width])
    }
  }
}
