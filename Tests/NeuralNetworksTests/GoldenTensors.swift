import Myelin
import TestSupport
import Testing

extension GoldenCase {
  /// The float32 tensor with this role.
  func tensor(_ role: String) throws -> Tensor {
    Tensor(try floats(role), shape: try shape(role))
  }
}

/// Expects a tensor to agree with the one that has this role.
func expect(
  _ actual: Tensor, agreesWith role: String, of golden: GoldenCase, absolute: Double = 1e-5,
  relative: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let shape = try golden.shape(role)
  #expect(actual.shape == shape, "\(role)", sourceLocation: sourceLocation)
  expectClose(
    actual: actual.scalars(as: Float.self), expected: try golden.floats(role), shape: shape,
    absolute: absolute, relative: relative, role, sourceLocation: sourceLocation)
}

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
