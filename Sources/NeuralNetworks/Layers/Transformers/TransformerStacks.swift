import Arrays
import Tensors

/// Encoder layers one after another: x [batch, time, width] → the same shape. Vaswani et al., 2017,
/// "Attention is all you need".
///
///     let encoder = TransformerEncoder(6) { TransformerEncoderLayer(512, heads: 8) }
///
/// The layers are named `layers.0`, `layers.1`, …, as in PyTorch.
public struct TransformerEncoder: Layer {
  public var layers: [TransformerEncoderLayer]
  /// Behind the last layer; wanted where those normalize first. nil for none.
  public var norm: LayerNorm?

  /// `count` layers, each made by itself, so that they start differently.
  public init(_ count: Int, norm: LayerNorm? = nil, _ layer: () -> TransformerEncoderLayer) {
    if count < 1 { stop("TransformerEncoder: \(count) layers; there must be at least one") }
    layers = (0..<count).map { _ in layer() }
    self.norm = norm
  }

  /// Each token looks at all others.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, keyMask: nil) }

  /// The same masks for every layer: see `TransformerEncoderLayer`.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor? = nil, keyMask: Tensor?, isCausal: Bool = false
  ) -> Tensor {
    var x = input
    for layer in layers { x = layer(x, mask: mask, keyMask: keyMask, isCausal: isCausal) }
    return norm?(x) ?? x
  }
}

/// Decoder layers one after another, which all look at the same memory: x [batch, time, width] and
/// memory [batch, source time, width] → the shape of x. Vaswani et al., 2017, "Attention is all you
/// need".
///
/// The layers are named `layers.0`, `layers.1`, …, as in PyTorch.
public struct TransformerDecoder: Module {
  public var layers: [TransformerDecoderLayer]
  /// Behind the last layer; wanted where those normalize first. nil for none.
  public var norm: LayerNorm?

  /// `count` layers, each made by itself, so that they start differently.
  public init(_ count: Int, norm: LayerNorm? = nil, _ layer: () -> TransformerDecoderLayer) {
    if count < 1 { stop("TransformerDecoder: \(count) layers; there must be at least one") }
    layers = (0..<count).map { _ in layer() }
    self.norm = norm
  }

  /// The same masks for every layer: see `TransformerDecoderLayer`.
  public func callAsFunction(
    _ input: Tensor, memory: Tensor, mask: Tensor? = nil, keyMask: Tensor? = nil,
    isCausal: Bool = false, memoryMask: Tensor? = nil, memoryKeyMask: Tensor? = nil
  ) -> Tensor {
    var x = input
    for layer in layers {
      x = layer(
        x, memory: memory, mask: mask, keyMask: keyMask, isCausal: isCausal,
        memoryMask: memoryMask, memoryKeyMask: memoryKeyMask)
    }
    return norm?(x) ?? x
  }
}
