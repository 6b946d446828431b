import Myelin

/// A tensor of a golden file: its elements, row-major, and its shape.
public struct GoldenTensor: Sendable {
  public enum Elements: Sendable {
    case float32([Float])
    case int64([Int64])
  }

  public let elements: Elements
  public let shape: Shape

  init(key: String, _ tensor: Tensor) throws(GoldenError) {
    shape = tensor.shape
    switch tensor.dataType {
    case .float32: elements = .float32(tensor.scalars())
    case .int64: elements = .int64(tensor.scalars())
    case let other: throw GoldenError("\(key): float32 or int64 is expected, not \(other)")
    }
  }
}
