import Myelin
import Testing

/// Puts tensors in the places of a tree by their paths; `used` are those that were found.
public final class TensorSetter: TensorVisitor {
  public let tensors: [String: Tensor]
  public private(set) var used: Set<String> = []

  public init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  public override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard let value = tensors[path(name)] else { return }
    #expect(tensor.shape == value.shape, "\(path(name))")
    used.insert(path(name))
    tensor = value
  }
}

extension TensorTree {
  /// The tensors of one role, by path.
  public func tensors(_ role: TensorRole) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: namedTensors.filter { $0.role == role }.map { ($0.path, $0.tensor) })
  }
}
