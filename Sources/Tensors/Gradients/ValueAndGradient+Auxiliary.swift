import Arrays

/// The value of `loss` for `model`, something else that the closure computed on the way, and the
/// gradients: as `valueAndGradient(of:_:)` for a closure that gives a pair.
///
/// Only the first of the pair, a single number, is differentiated. The second may be any tree of
/// tensors (predictions, parts of the loss, an array of them); outside it is a constant as the value
/// is, except to a surrounding gradient closure.
///
///     let (loss, logits, gradients) = valueAndGradient(of: &model) { model in
///       let logits = model(images)
///       return (crossEntropy(logits, labels), logits)
///     }
public func valueAndGradient<Model: TensorTree, Auxiliary: TensorTree>(
  of model: inout Model, _ loss: (Model) throws -> (Tensor, Auxiliary)
) rethrows -> (value: Tensor, auxiliary: Auxiliary, gradient: Model) {
  var auxiliary: Auxiliary?
  let (value, gradient) = try valueAndGradient(of: &model) { model -> Tensor in
    let (value, second) = try loss(model)
    auxiliary = second
    return value
  }
  return (value, settled(auxiliary), gradient)
}

/// The value of `function` at `tree`, something else that it computed on the way, and the gradient.
public func valueAndGradient<Tree: TensorTree, Auxiliary: TensorTree>(
  of tree: Tree, _ function: (Tree) throws -> (Tensor, Auxiliary)
) rethrows -> (value: Tensor, auxiliary: Auxiliary, gradient: Tree) {
  var auxiliary: Auxiliary?
  let (value, gradient) = try valueAndGradient(of: tree) { tree -> Tensor in
    let (value, second) = try function(tree)
    auxiliary = second
    return value
  }
  return (value, settled(auxiliary), gradient)
}

/// What a closure that has returned has left, let go from its graph unless an outer closure records.
private func settled<Tree: TensorTree>(_ tree: Tree?) -> Tree {
  guard var tree else { stop("valueAndGradient: the closure has not returned") }
  if !ThreadState.isRecording { tree.visitTensors(Detacher()) }
  return tree
}

private final class Detacher: TensorVisitor {
  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    tensor.node = nil
  }

  override func visit(_ buffer: inout Buffer, name: String) {
    buffer.wrappedValue.node = nil
    buffer.slot = nil
  }
}
