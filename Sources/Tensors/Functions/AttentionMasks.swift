import Arrays
import Glibc

/// Which places of sequences of different lengths are tokens and not padding: bool, true before each
/// sequence's end.
///
/// `lengths` [batch] of integers → [batch, time]. As a mask of keys for all heads and queries it
/// takes two more axes: `lengthMask(lengths, time: time)[.all, .newAxis, .newAxis]`.
public func lengthMask(_ lengths: Tensor, time: Int) -> Tensor {
  if !lengths.dataType.isInteger || lengths.rank != 1 {
    stop(
      "lengthMask: lengths must be integers [batch], found \(lengths.dataType) \(lengths.shape)")
  }
  if time < 0 { stop("lengthMask: time \(time) is negative") }
  let lengths = lengths.to(.int64)
  if !lengths.isTraced,
    let odd = lengths.scalars(as: Int64.self).first(where: { !(0...Int64(time)).contains($0) })
  {
    stop("lengthMask: length \(odd) is none of 0...\(time), the sequences' time")
  }
  return Tensor.range(0..<time) .< lengths.unsqueezed(1)
}

/// Which places of sequences of different lengths are tokens: see `lengthMask(_:time:)`.
public func lengthMask(_ lengths: [Int], time: Int) -> Tensor {
  lengthMask(Tensor(lengths), time: time)
}

/// Attention with linear biases: −slope · distance for each head, to be added to scores in place of
/// positions (Press et al., 2022, "Train short, test long: attention with linear biases enables input
/// length extrapolation").
///
/// [heads, Tq, Tk], where the last query stands at the last key. The slopes of n heads, n a power of
/// two, are 2^(−8/n), 2^(−16/n), …; of other counts those of the power of two below, and then every
/// second one of the power above. Keys behind a query count as those before it.
public func linearBias(
  heads: Int, queries: Int, keys: Int, _ dataType: DataType = .float32
) -> Tensor {
  if heads < 1 || queries < 0 || keys < 0 {
    stop(
      "linearBias: \(heads) heads, \(queries) queries and \(keys) keys; there must be a head, and "
        + "no length is negative")
  }
  let rows = (Tensor.range(0..<queries) + Double(keys - queries)).unsqueezed(1)
  let distances = abs((Tensor.range(0..<keys) - rows).to(dataType))
  let slopes = Tensor(linearBiasSlopes(heads)).to(dataType).reshaped(to: [heads, 1, 1])
  return -slopes * distances
}

private func linearBiasSlopes(_ heads: Int) -> [Double] {
  var power = 1
  while power * 2 <= heads { power *= 2 }
  func slope(_ index: Int, of count: Int) -> Double {
    Glibc.pow(2, -8 * Double(index) / Double(count))
  }
  return (1...power).map { slope($0, of: power) }
    + (0..<heads - power).map { slope(2 * $0 + 1, of: 2 * power) }
}
