import Arrays
import Tensors

/// Dropout: in training every element is set to zero with a probability, and the others are divided
/// by 1 − probability, so that the expected value stays; otherwise the identity. Srivastava et al.,
/// 2014, "Dropout: a simple way to prevent neural networks from overfitting".
///
/// Any shape → the same shape. The random stream is part of the layer: its place is saved with the
/// model and moves on with every training step of an `inout` model, so that runs can be repeated
/// and continued bit by bit. Called twice in one gradient closure the layer draws anew.
public struct Dropout: Layer {
  /// The seed and the position of the random stream: two int64 numbers.
  @Buffer public var randomState: Tensor
  /// The probability with which an element is dropped.
  public let probability: Double

  /// A layer that drops half of its elements unless said otherwise; its stream's seed is drawn from
  /// the current random source.
  public init(_ probability: Double = 0.5) {
    if !(probability >= 0 && probability <= 1) {
      stop("Dropout: probability \(probability); it takes a number from 0 to 1")
    }
    self.probability = probability
    let seed = RandomSource.withCurrent { $0.nextSeed() }
    randomState = RandomSource(seed: seed).state
  }

  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard isTraining, probability > 0 else { return input }
    if !input.dataType.isFloatingPoint {
      stop(
        "Dropout: needs floating-point numbers, found \(input.dataType); convert with to(.float32)")
    }
    let kept = drawing {
      $0.bernoulli(input.shape, probability: 1 - probability, input.dataType)
    }
    return probability == 1 ? input * kept : input * (kept * (1 / (1 - probability)))
  }

  /// What `body` makes with the layer's random stream, which moves on.
  package func drawing<Result>(_ body: (inout RandomSource) -> Result) -> Result {
    var random = RandomSource(state: $randomState.latest)
    let result = body(&random)
    $randomState.setNext(random.state)
    return result
  }
}
