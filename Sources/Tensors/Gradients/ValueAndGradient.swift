import Arrays

/// The value of `function` at `tree` and its gradient: a tree of the same type, in which every
/// floating-point `var` tensor is the derivative of the value with respect to it (zero where the
/// value does not depend on it). Constants and buffers are as in `tree`.
///
/// Inside the closure layers are in training mode. `function` must give a single number; sum or
/// average it first. Closures nest, for derivatives of higher order.
///
///     let (value, slope) = valueAndGradient(of: x) { ($0 * $0).sum() }     // slope is 2x
public func valueAndGradient<Tree: TensorTree>(
  of tree: Tree, _ function: (Tree) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tree) {
  var copy = tree
  return try differentiate(&copy, keepsBuffers: false, function)
}

/// The value of `loss` for `model` and its gradients: a model of the same type that holds, in place
/// of every trained parameter, the derivative of the loss with respect to it.
///
/// Inside the closure layers are in training mode. What layers recorded as the next value of their
/// buffers (running statistics) becomes `model`'s when the closure returns; the parameters do not
/// change.
///
///     let (loss, gradients) = valueAndGradient(of: &model) { model in
///       crossEntropy(model(images), labels)
///     }
///     optimizer.update(&model, with: gradients)
public func valueAndGradient<Model: TensorTree>(
  of model: inout Model, _ loss: (Model) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Model) {
  try differentiate(&model, keepsBuffers: true, loss)
}

/// The value of `function` at `first` and `second`, and its gradient with respect to both.
public func valueAndGradient<First: TensorTree, Second: TensorTree>(
  of first: First, _ second: Second, _ function: (First, Second) throws -> Tensor
) rethrows -> (value: Tensor, gradient: (First, Second)) {
  let (value, pair) = try valueAndGradient(of: TreePair(first: first, second: second)) {
    try function($0.first, $0.second)
  }
  return (value, (pair.first, pair.second))
}

/// The gradient of `function` at `tree`: see `valueAndGradient(of:_:)`.
public func gradient<Tree: TensorTree>(
  of tree: Tree, _ function: (Tree) throws -> Tensor
) rethrows -> Tree {
  try valueAndGradient(of: tree, function).gradient
}

/// The gradient of `function` with respect to both arguments.
public func gradient<First: TensorTree, Second: TensorTree>(
  of first: First, _ second: Second, _ function: (First, Second) throws -> Tensor
) rethrows -> (First, Second) {
  try valueAndGradient(of: first, second, function).gradient
}

/// The gradients of `loss` for `model`; as with `valueAndGradient(of:_:)`, buffers move on.
public func gradient<Model: TensorTree>(
  of model: inout Model, _ loss: (Model) throws -> Tensor
) rethrows -> Model {
  try valueAndGradient(of: &model, loss).gradient
}

/// The value of a function that gives a tensor of any shape, and its pullback: from a cotangent of
/// the value's shape v to the tree of vᵀ · ∂value/∂parameter.
///
/// The pullback may be called several times.
public func valueWithPullback<Tree: TensorTree>(
  of tree: Tree, _ function: (Tree) throws -> Tensor
) rethrows -> (value: Tensor, pullback: (Tensor) -> Tree) {
  var tracked = tree
  let tracker = Tracker()
  tracked.visitTensors(tracker)
  let result = try recording { try function(tracked) }
  let pullback = { (cotangent: Tensor) -> Tree in
    if cotangent.shape != result.shape || cotangent.dataType != result.dataType {
      stop(
        "pullback: the cotangent is \(cotangent.dataType) \(cotangent.shape), "
          + "the value \(result.dataType) \(result.shape); they must be alike")
    }
    return tracker.gradient(
      in: tree,
      BackwardPass.run(from: result, seed: cotangent, to: tracker.leaves, keepsGraph: true))
  }
  return (ThreadState.isRecording ? result : result.detached(), pullback)
}

private struct TreePair<First: TensorTree, Second: TensorTree>: TensorTree {
  var first: First
  var second: Second
}

/// Runs `body` as the inside of a gradient closure.
func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
  let state = ThreadState.pointer
  let unrecorded = state.pointee.unrecorded_depth
  state.pointee.gradient_depth += 1
  state.pointee.unrecorded_depth = 0
  defer {
    state.pointee.gradient_depth -= 1
    state.pointee.unrecorded_depth = unrecorded
  }
  return try body()
}

private func differentiate<Tree: TensorTree>(
  _ tree: inout Tree, keepsBuffers: Bool, _ function: (Tree) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tree) {
  let tracker = Tracker()
  var result: Tensor
  do {
    var tracked = tree
    tracked.visitTensors(tracker)
    result = try recording { try function(tracked) }
  }
  if result.count != 1 || !result.dataType.isFloatingPoint {
    stop(
      "gradient: the closure must give a single floating-point number, found \(result.dataType) "
        + "\(result.shape); sum or average it, or use valueWithPullback(of:_:)")
  }
  let isRecording = ThreadState.isRecording
  let cotangents = BackwardPass.run(
    from: result, seed: Tensor.ones(result.shape, result.dataType), to: tracker.leaves,
    keepsGraph: isRecording)
  let gradient = tracker.gradient(in: tree, cotangents)
  if keepsBuffers && tracker.slots.contains(where: { $0.next != nil }) {
    tree.visitTensors(BufferUpdater(tracker.slots))
  }
  if !isRecording { result.node = nil }
  return (result, gradient)
}

/// Makes every trained tensor of a tree a leaf, and gives every buffer a slot.
final class Tracker: TensorVisitor {
  private(set) var leaves: [Node] = []
  private(set) var slots: [BufferSlot] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter, tensor.dataType.isFloatingPoint else { return }
    let leaf = Node(leaf: tensor, at: place(name))
    leaves.append(leaf)
    tensor.node = leaf
  }

  override func visit(_ buffer: inout Buffer, name: String) {
    let slot = BufferSlot(buffer.wrappedValue)
    slots.append(slot)
    buffer.slot = slot
  }

  /// `tree` with the cotangents of the leaves in the places of the tensors that they stand for.
  func gradient<Tree: TensorTree>(in tree: Tree, _ cotangents: [Tensor?]) -> Tree {
    var gradient = tree
    gradient.visitTensors(GradientWriter(cotangents))
    return gradient
  }
}

private final class GradientWriter: TensorVisitor {
  private var cotangents: ArraySlice<Tensor?>

  init(_ cotangents: [Tensor?]) { self.cotangents = cotangents[...] }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter, tensor.dataType.isFloatingPoint,
      let cotangent = cotangents.popFirst()
    else { return }
    tensor = cotangent ?? Tensor.zeros(tensor.shape, tensor.dataType)
  }
}

private final class BufferUpdater: TensorVisitor {
  private var slots: ArraySlice<BufferSlot>

  init(_ slots: [BufferSlot]) { self.slots = slots[...] }

  override func visit(_ buffer: inout Buffer, name: String) {
    guard let slot = slots.popFirst(), let next = slot.next else { return }
    if next.shape != buffer.wrappedValue.shape || next.dataType != buffer.wrappedValue.dataType {
      stop(
        "\(path(name)): the buffer's next value is \(next.dataType) \(next.shape), its current one "
          + "\(buffer.wrappedValue.dataType) \(buffer.wrappedValue.shape)")
    }
    buffer.wrappedValue = next
  }
}
