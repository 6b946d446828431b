/// The tensors of a tree in the order of the walk, constants among them; numbers and the places of
/// random sources count as the tensors that stand for them.
final class LeafList: TensorVisitor {
  private(set) var tensors: [Tensor] = []
  private(set) var places: [TensorPlace] = []
  /// Whether numbers or random sources are among them.
  private(set) var hasOthers = false

  override var reachesEverything: Bool { true }

  private func add(_ tensor: Tensor, _ name: String) {
    tensors.append(tensor)
    places.append(place(name))
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) { add(tensor, name) }

  override func visit(_ number: inout Number, name: String) {
    hasOthers = true
    add(number.tensor(), name)
  }

  override func visit(_ source: inout RandomSource, name: String) {
    hasOthers = true
    add(source.state, name)
  }
}

/// Puts a list of tensors in the place of a tree's leaves.
final class LeafReplacer: TensorVisitor {
  private let tensors: [Tensor]
  private var next = 0

  init(_ tensors: [Tensor]) { self.tensors = tensors }

  override var reachesEverything: Bool { true }

  private func takeNext() -> Tensor {
    next += 1
    return tensors[next - 1]
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor = takeNext()
  }

  override func visit(_ number: inout Number, name: String) { number = Number(takeNext()) }

  override func visit(_ source: inout RandomSource, name: String) {
    source = RandomSource(state: takeNext())
  }
}

extension TensorTree {
  /// The tensors of the tree, with their places.
  var leaves: LeafList {
    var copy = self
    let list = LeafList()
    copy.visitTensors(list)
    return list
  }

  /// The tree with other tensors in the places of its own, in the order of `leaves`.
  func replacingLeaves(_ tensors: [Tensor]) -> Self {
    var copy = self
    copy.visitTensors(LeafReplacer(tensors))
    return copy
  }

  /// The values that are no tensors, and the shapes and element types of those that are.
  var structure: [UInt64] {
    var copy = self
    let reader = LeafReader(readsNumbers: false)
    copy.visitTensors(reader)
    return reader.key
  }
}

/// Replaces every tensor, constants among them; numbers and random sources stay.
private final class TensorMapper: TensorVisitor {
  private let transform: (Tensor) -> Tensor

  init(_ transform: @escaping (Tensor) -> Tensor) { self.transform = transform }

  override var reachesEverything: Bool { true }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor = transform(tensor)
  }
}

extension TensorTree {
  /// A tree in which every tensor, whatever its role, is replaced by the result of `transform`.
  package func mapTensors(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    withoutActuallyEscaping(transform) { copy.visitTensors(TensorMapper($0)) }
    return copy
  }
}
