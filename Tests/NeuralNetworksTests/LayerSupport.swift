import Myelin
import TestSupport
import Testing

/// A model and its input, so that both are differentiated.
struct Probe<Model: TensorTree>: TensorTree {
  var model: Model
  var input: Tensor
}

/// Notes the parameters whose memory something else sees too; an optimizer cannot write there.
final class SharingVisitor: TensorVisitor {
  private(set) var shared: [String] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter else { return }
    if !isKnownUniquelyReferenced(&tensor.array) { shared.append(path(name)) }
  }
}
