import Arrays

/// A tensor of a tree, with its path and what it is there.
public struct NamedTensor: Sendable {
  /// The properties from the root, joined by points: `hidden.weight`.
  public let path: String
  /// What the tensor is to the tree.
  public let role: TensorRole
  /// The tensor itself.
  public let tensor: Tensor
}

extension TensorTree {
  /// All tensors of the tree, in the order of declaration.
  public var namedTensors: [NamedTensor] {
    var copy = self
    let list = Lister()
    copy.visitTensors(list)
    return list.found
  }

  /// The trained tensors of the tree, in the order of declaration.
  public var parameters: [Tensor] {
    namedTensors.filter { $0.role == .parameter }.map(\.tensor)
  }

  /// How many numbers training adjusts.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// A tree in which every trained tensor is replaced by the result of `transform`.
  public func mapParameters(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    withoutActuallyEscaping(transform) { transform in
      copy.visitTensors(Mapper(transform))
    }
    return copy
  }
}

private final class Lister: TensorVisitor {
  private(set) var found: [NamedTensor] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    found.append(NamedTensor(path: path(name), role: role, tensor: tensor))
  }
}

private final class Mapper: TensorVisitor {
  private let transform: (Tensor) -> Tensor

  init(_ transform: @escaping (Tensor) -> Tensor) { self.transform = transform }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    if role == .parameter { tensor = transform(tensor) }
  }
}
