import Arrays
import Tensors

/// Rotary positions: pairs of numbers of queries and keys are turned by angles in proportion to the
/// place, so that a score depends on the distance. Su et al., 2021, "RoFormer: enhanced transformer
/// with rotary position embedding".
///
/// x […, time, width] → the same shape: pair i of the first `size` numbers is turned by
/// place · base^(−2i / size); numbers behind them stay.
public struct RotaryPositions: TensorTree {
  /// Which numbers are a pair.
  public enum Pairing: Sendable, Hashable {
    /// i and i + size/2: as LLaMA and GPT-NeoX have it.
    case halves
    /// 2i and 2i + 1: as in the paper and in GPT-J.
    case neighbours
  }

  /// How many numbers are turned.
  public let size: Int
  /// The ratio of the slowest turn to the fastest, nearly.
  public let base: Double
  public let pairing: Pairing

  /// Positions for vectors of `size` numbers or more; an even number.
  public init(_ size: Int, base: Double = 10_000, pairing: Pairing = .halves) {
    if size < 2 || size % 2 != 0 {
      stop("RotaryPositions: \(size) numbers do not make pairs; it takes an even number")
    }
    if !(base > 0 && base.isFinite) {
      stop("RotaryPositions: base \(base); it must be positive")
    }
    (self.size, self.base, self.pairing) = (size, base, pairing)
  }

  /// `x` turned by its places, the first of which is `offset`: the number of tokens in a cache.
  public func callAsFunction(_ x: Tensor, offset: Number = 0) -> Tensor {
    if x.rank < 2 || x.shape[x.rank - 1] < size || !x.dataType.isFloatingPoint {
      stop(
        "RotaryPositions: \(x.dataType) \(x.shape) does not fit; it takes floating-point "
          + "[…, time, \(size) or more]")
    }
    let (time, width) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let places = Tensor.range(0..<time, .float64) + offset.tensor()
    let steps = Tensor((0..<size / 2).map { -2 * Double($0) / Double(size) })
    // Angles are made in float64: in float32 those of far places would lose their fractions.
    let angles = places.unsqueezed(1) * pow(Tensor.full([], base, .float64), steps)
    let (cosine, sine) = (cos(angles).to(x.dataType), sin(angles).to(x.dataType))
    let turned = turned(x.slice(0..<size, along: -1), cosine, sine)
    return size == width
      ? turned : concatenate([turned, x.slice(size..<width, along: -1)], along: -1)
  }

  private func turned(_ x: Tensor, _ cosine: Tensor, _ sine: Tensor) -> Tensor {
    switch pairing {
    case .halves:
      let parts = x.split(into: 2, along: -1)
      return concatenate(
        [parts[0] * cosine - parts[1] * sine, parts[1] * cosine + parts[0] * sine], along: -1)
    case .neighbours:
      let pairs = x.reshaped(to: Shape(x.shape.lengths.dropLast() + [size / 2, 2]))
      let (first, second) = (pairs[.ellipsis, 0], pairs[.ellipsis, 1])
      return stack([first * cosine - second * sine, second * cosine + first * sine], along: -1)
        .reshaped(to: x.shape)
    }
  }
}
