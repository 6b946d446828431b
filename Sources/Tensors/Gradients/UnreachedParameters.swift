import Arrays

/// The paths of the trained parameters on which the value of `function` at `tree` does not depend:
/// in a gradient they are zero, whatever the numbers are.
package func unreachedParameters<Tree: TensorTree>(
  of tree: Tree, _ function: (Tree) throws -> Tensor
) rethrows -> [String] {
  var tracked = tree
  let tracker = Tracker()
  tracked.visitTensors(tracker)
  let result = try recording { try function(tracked) }
  let cotangents = BackwardPass.run(
    from: result, seed: result.onesLike(), to: tracker.leaves, keepsGraph: false)
  return zip(tracker.leaves, cotangents).compactMap { leaf, cotangent in
    cotangent == nil ? leaf.label ?? "" : nil
  }
}
