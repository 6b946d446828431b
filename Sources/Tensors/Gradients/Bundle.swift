import Arrays

/// An operation that gives several tensors and has one pullback for all of them.
///
/// On the tape it is a node whose own result is a mere token, and one node for each tensor, which
/// depends on the token. The nodes of the tensors come first in a backward pass and put their
/// cotangents down here; the token's node then finds them all.
final class Bundle: @unchecked Sendable {
  private var cotangents: [Int: Tensor] = [:]

  /// What stands for all results together, and for its cotangent.
  static let token: NDArray = {
    let array = NDArray(allocated: Layout(contiguous: []), .float32)
    array.pointer(as: Float.self).pointee = 0
    return array
  }()

  /// Whether nothing has been put down yet in this pass.
  fileprivate var isEmpty: Bool { cotangents.isEmpty }

  fileprivate func add(_ cotangent: Tensor, to index: Int) {
    cotangents[index] = cotangents[index].map { $0 + cotangent } ?? cotangent
  }

  /// The cotangents of this pass by the numbers of the tensors; none where there is no dependence.
  func take() -> [Int: Tensor] {
    defer { cotangents = [:] }
    return cotangents
  }

  /// Tensor number `index` of those that `token` stands for.
  func member(_ index: Int, _ array: NDArray, of token: Tensor) -> Tensor {
    record(BundleMember(bundle: self, index: index), [token], array)
  }
}

/// A primitive that is put on the tape by those who have its result already.
protocol RecordedPrimitive: Primitive {}

extension RecordedPrimitive {
  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    throw ShapeError(name, "has no shape rule")
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray { inputs[0].array }
}

private struct BundleMember: RecordedPrimitive {
  let bundle: Bundle
  let index: Int

  var name: String { "member" }
  var saved: SavedValues { [] }

  func pullback(_ call: PullbackCall) {
    guard call.wants(0) else { return }
    if bundle.isEmpty { call.add(Tensor(Bundle.token), to: 0) }
    bundle.add(call.cotangent, to: index)
  }
}
