import Arrays
import Tensors

/// Learned positions: a vector for each place is added to the token there.
///
/// x […, time, width] → the same shape; `weight` is [count, width] and starts normal with the standard
/// deviation 0.02 (Radford et al., 2018, "Improving language understanding by generative
/// pre-training").
public struct LearnedPositions: Layer {
  /// The vectors, [count, width].
  public var weight: Tensor

  /// Vectors of `width` numbers for `count` places.
  public init(
    _ count: Int, _ width: Int,
    weightInitializer: Initializer = .normal(standardDeviation: 0.02)
  ) {
    if count < 1 || width < 1 {
      stop("LearnedPositions: \(count) places of \(width) numbers; both must be positive")
    }
    weight = RandomSource.withCurrent { weightInitializer([count, width], using: &$0) }
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, offset: 0) }

  /// The same for tokens the first of which stands at `offset`: the number of tokens in a cache.
  ///
  /// In a compiled step, where the offset may be unknown, the places must be there.
  public func callAsFunction(_ input: Tensor, offset: Number) -> Tensor {
    let (count, width) = (weight.shape[0], weight.shape[1])
    if input.rank < 2 || input.shape[input.rank - 1] != width {
      stop(
        "LearnedPositions", "input \(input.shape) does not fit: it takes […, time, \(width)]",
        at: weight)
    }
    let time = input.shape[input.rank - 2]
    guard offset.isKnown else {
      return input + weight.take(Tensor.range(0..<time) + offset.tensor(.int64))
    }
    let start = Int(offset.value)
    if start < 0 || start + time > count {
      stop(
        "LearnedPositions",
        "\(time) tokens from place \(start) on; there are \(count) places", at: weight)
    }
    return input + weight.slice(start..<start + time, along: 0)
  }
}

/// Positions as sines and cosines of many wavelengths: [time, width], to be added to tokens. Number 2i
/// of place p is sin(p / base^(2i / width)), number 2i + 1 the cosine of the same (Vaswani et al.,
/// 2017, "Attention is all you need").
public func sinusoidalPositions(
  _ time: Int, _ width: Int, base: Double = 10_000, offset: Number = 0,
  _ dataType: DataType = .float32
) -> Tensor {
  if time < 0 || width < 1 {
    stop("sinusoidalPositions: \(time) places of \(width) numbers; the second must be positive")
  }
  let steps = Tensor((0..<(width + 1) / 2).map { -2 * Double($0) / Double(width) })
  let places = (Tensor.range(0..<time, .float64) + offset.tensor()).unsqueezed(1)
  let angles = places * pow(Tensor.full([], base, .float64), steps)
  let pairs = stack([sin(angles), cos(angles)], along: -1).reshaped(to: [time, -1])
  return pairs.prefix(width, along: 1).to(dataType)
}
