import Myelin
import TestSupport
import Testing

/// A model and its input, so that both are differentiated.
struct Probe<Model: TensorTree>: TensorTree {
  var model: Model
  var input: Tensor
}

/// Puts tensors in the places of a tree by their paths; `used` are those that were found.
final class TensorSetter: TensorVisitor {
  let tensors: [String: Tensor]
  private(set) var used: Set<String> = []

  init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard let value = tensors[path(name)] else { return }
    #expect(tensor.shape == value.shape, "\(path(name))")
    used.insert(path(name))
    tensor = value
  }
}

extension TensorTree {
  /// The tensors of one role, by path.
  func tensors(_ role: TensorRole) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: namedTensors.filter { $0.role == role }.map { ($0.path, $0.tensor) })
  }
}

/// Notes the parameters whose memory something else sees too; an optimizer cannot write there.
final class SharingVisitor: TensorVisitor {
  private(set) var shared: [String] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter else { return }
    if !isKnownUniquelyReferenced(&tensor.array) { shared.append(path(name)) }
  }
}
