import Arrays
import NeuralNetworks
import Tensors

extension GPT {
  /// Attention, then a network for each token by itself; both read the normalized input and add to
  /// it: x ← x + attn(ln_1(x)), x ← x + mlp(ln_2(x)). [batch, time, width] → the same shape.
  public struct Block: Layer {
    public var ln_1: LayerNorm
    public var attn: Attention
    public var ln_2: LayerNorm
    public var mlp: MLP

    init(_ configuration: Configuration) {
      ln_1 = configuration.makeNorm()
      attn = Attention(configuration)
      ln_2 = configuration.makeNorm()
      mlp = MLP(configuration)
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let x = input + attn(ln_1(input))
      return x + mlp(ln_2(x))
    }
  }

  /// Each token gathers from itself and those before it, in several heads at once.
  public struct Attention: Layer {
    /// Queries, keys and values of all heads, side by side.
    public var c_attn: Projection
    public var c_proj: Projection
    public var attn_dropout: Dropout
    public var resid_dropout: Dropout
    public let heads: Int

    init(_ configuration: Configuration) {
      let (width, spread) = (configuration.width, configuration.residualSpread)
      c_attn = Projection(width, 3 * width, bias: configuration.bias)
      c_proj = Projection(
        width, width, bias: configuration.bias, standardDeviation: spread)
      attn_dropout = Dropout(configuration.dropout)
      resid_dropout = Dropout(configuration.dropout)
      heads = configuration.heads
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      let parts = c_attn(input).splitIntoHeads(heads, parts: 3)
      return projected(
        scaledDotProductAttention(
          parts[0], parts[1], parts[2], isCausal: true, dropout: attn_dropout))
    }

    /// The heads' results side by side, projected once more.
    func projected(_ mixed: Tensor) -> Tensor {
      resid_dropout(c_proj(mixed.joinedHeads()))
    }
  }

  /// Two layers with a GELU between them, four times as wide inside.
  public struct MLP: Layer {
    public var c_fc: Projection
    public var c_proj: Projection
    public var dropout: Dropout
    public let activation: GELUApproximation

    init(_ configuration: Configuration) {
      let (width, spread) = (configuration.width, configuration.residualSpread)
      c_fc = Projection(width, 4 * width, bias: configuration.bias)
      c_proj = Projection(
        4 * width, width, bias: configuration.bias, standardDeviation: spread)
      dropout = Dropout(configuration.dropout)
      activation = configuration.activation
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      dropout(c_proj(gelu(c_fc(input), approximation: activation)))
    }
  }

  /// y = x · W + b with W [in, out]: a `Linear` whose weight lies as GPT-2's checkpoints have it.
  public struct Projection: Layer {
    /// [in, out].
    public var weight: Tensor
    /// [out]; nil where there is none.
    public var bias: Tensor?

    init(_ inputs: Int, _ outputs: Int, bias: Bool, standardDeviation: Double = 0.02) {
      weight = RandomSource.withCurrent {
        $0.normal([inputs, outputs], standardDeviation: standardDeviation)
      }
      self.bias = bias ? .zeros([outputs]) : nil
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
      linear(input, weight: weight.transposed(), bias: bias)
    }
  }
}

extension GPT.Configuration {
  func makeNorm() -> LayerNorm { LayerNorm(width, epsilon: epsilon, bias: bias) }

  /// How far the weights of what is added to a block's input spread: with two additions a block the
  /// sum over all blocks keeps its variance.
  fileprivate var residualSpread: Double { 0.02 / Double(max(1, 2 * layers)).squareRoot() }
}
