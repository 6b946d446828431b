import Tensors

extension Tensor {
  /// [batch, time, parts · heads · size] → parts of [batch, heads, time, size].
  func splitIntoHeads(_ heads: Int, parts: Int = 1) -> [Tensor] {
    let size = shape[2] / (parts * heads)
    let all = reshaped(to: [shape[0], shape[1], parts, heads, size]).permuted(2, 0, 3, 1, 4)
    return (0..<parts).map { all[$0] }
  }

  /// [batch, heads, time, size] → [batch, time, heads · size].
  func joinedHeads() -> Tensor {
    transposed(1, 2).reshaped(to: [shape[0], shape[2], shape[1] * shape[3]])
  }
}
