import Arrays
import Synchronization

/// Steps through time: calls `body` with the carry and with one element of the sequence after
/// another, and stacks what it gives.
///
/// cₜ₊₁, yₜ = body(cₜ, xₜ). The elements are the slices of the sequence's tensors along axis 0, without
/// that axis; the outputs have steps on axis 0 in turn. A tensor has shape [steps, batch, features],
/// say, and its elements [batch, features]. `reversed` starts with the last element; output t belongs
/// to element t either way.
///
///     let (last, hidden) = scan(over: inputs, from: cell.initialState(batch)) { state, x in
///       state = cell(x, state)
///       return state.hidden
///     }
///
/// A sequence, a carry and an output may be any tree of tensors. A step must not change the shape or
/// the element type of a tensor of the carry. There are gradients, of any order, by the carry, the
/// sequence, and all that `body` captures. Buffers of captured layers move on from step to step.
///
/// Inside `compile` the body is traced once, whatever the number of steps, and is then a single
/// instruction. Its gradient keeps the carry of every step and computes the rest of a step again. The
/// carry may hold `Number`s and random sources; its other plain values must stay as they are.
///
/// - Parameters:
///   - sequence: Trees of tensors with steps on axis 0, all equally long.
///   - carry: What the first step starts from.
///   - reversed: Whether the last element comes first.
///   - body: A step: changes the carry and gives its output.
/// - Returns: The carry after the last step, and the outputs of all.
public func scan<Elements: TensorTree, Carry: TensorTree, Output: TensorTree>(
  over sequence: Elements, from carry: Carry, reversed: Bool = false,
  _ body: @escaping @Sendable (inout Carry, Elements) -> Output
) -> (carry: Carry, outputs: Output) {
  let leaves = sequence.leaves
  let checks = LoopChecks(name: "scan")
  let count = checks.stepCount(of: leaves)
  let loop = TreeScan(
    carry: carry, element: sequence, count: count, isReversed: reversed, body: body)
  if Trace.isActive { return loop.traced(over: leaves.tensors) }
  return loop.eager(over: leaves.tensors)
}

/// A scan of trees, as a Swift loop or as a traced one of lists of tensors.
private struct TreeScan<Elements: TensorTree, Carry: TensorTree, Output: TensorTree>: Sendable {
  let carry: Carry
  let element: Elements
  let count: Int
  let isReversed: Bool
  let body: @Sendable (inout Carry, Elements) -> Output

  private let checks = LoopChecks(name: "scan")

  init(
    carry: Carry, element: Elements, count: Int, isReversed: Bool,
    body: @escaping @Sendable (inout Carry, Elements) -> Output
  ) {
    self.carry = carry
    self.element = element
    self.count = count
    self.isReversed = isReversed
    self.body = body
  }

  func eager(over sequence: [Tensor]) -> (carry: Carry, outputs: Output) {
    if count == 0 { return (carry, withoutSteps(sequence)) }
    let slices = sequence.map { $0.unstacked() }
    let specs = carry.leaves.tensors.map(\.spec)
    var carry = carry
    var outputs: [[Tensor]] = Array(repeating: [], count: count)
    var template: Output?
    for step in isReversed ? Array((0..<count).reversed()) : Array(0..<count) {
      let output = body(&carry, element.replacingLeaves(slices.map { $0[step] }))
      checks.requireSame(carry.leaves, as: specs)
      let leaves = output.leaves
      checks.requireTensors(leaves, "output")
      outputs[step] = leaves.tensors
      template = output
    }
    guard let template else { stop("scan: no step was made") }
    return (carry, template.replacingLeaves(stacked(outputs)))
  }

  private func stacked(_ outputs: [[Tensor]]) -> [Tensor] {
    if let odd = outputs.firstIndex(where: { $0.map(\.spec) != outputs[0].map(\.spec) }) {
      stop(
        "scan: the output of step \(odd) is \(outputs[odd].map(\.shape)), that of step 0 "
          + "\(outputs[0].map(\.shape)); shapes and types must stay")
    }
    return outputs[0].indices.map { leaf in stack(outputs.map { $0[leaf] }) }
  }

  /// The outputs of no steps: what a step would give tells their shapes.
  private func withoutSteps(_ sequence: [Tensor]) -> Output {
    let trace = Trace()
    return trace.record {
      defer { _ = trace.restoreBuffers() }
      let elements = sequence.map {
        Tensor(trace.addInput($0.shape.withoutSteps, $0.dataType))
      }
      let output = run(carry, elements).output
      return output.replacingLeaves(
        output.leaves.tensors.map { leaf in
          Trace.suspended { Tensor.zeros(Shape([0] + leaf.shape.lengths), leaf.dataType) }
        })
    }
  }

  private func run(_ carry: Carry, _ elements: [Tensor]) -> (carry: Carry, output: Output) {
    var carry = carry
    let specs = carry.leaves.tensors.map(\.spec)
    let structure = carry.structure
    let output = body(&carry, element.replacingLeaves(elements))
    checks.requireSame(carry.leaves, as: specs)
    checks.requireSame(carry.structure, as: structure)
    checks.requireTensors(output.leaves, "output")
    return (carry, output)
  }

  func traced(over sequence: [Tensor]) -> (carry: Carry, outputs: Output) {
    let template = TreeTemplate<Output>()
    let loop = LoopFunction(name: "scan", stepCount: count, isReversed: isReversed) {
      carry, elements in
      let (next, output) = run(self.carry.replacingLeaves(carry), elements)
      template.keep(output)
      return (next.leaves.tensors, output.leaves.tensors)
    }
    let (last, outputs) = loop.trace(from: carry.leaves.tensors, over: sequence)
    return (carry.replacingLeaves(last), template.tree.replacingLeaves(outputs))
  }
}

/// What a traced function gave: the tree whose leaves a loop's results replace.
final class TreeTemplate<Tree: TensorTree>: Sendable {
  private let kept = Mutex<Tree?>(nil)

  func keep(_ tree: Tree) { kept.withLock { $0 = tree } }

  var tree: Tree {
    guard let tree = kept.withLock({ $0 }) else { stop("compile: a body that was not traced") }
    return tree
  }
}
