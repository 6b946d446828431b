import Arrays

/// Repeats `body` on the carry as long as `condition` holds, and gives the carry at the end.
///
///     // Newton's iteration for √a.
///     let root = whileLoop(from: a, maximumSteps: 50, while: { abs($0 * $0 - a).max() .> 1e-6 }) {
///       $0 = ($0 + a / $0) * 0.5
///     }
///
/// The condition is asked before each step, and may depend on numbers: inside `compile` it is a part
/// of the step that runs. A step must not change the shape or the element type of a tensor of the
/// carry. There are gradients, of any order, by the carry and by all that `body` captures; none by
/// what only the condition reads.
///
/// Inside `compile` the body is traced once and is a single instruction. Its gradient keeps the carry
/// of every step, in memory for `maximumSteps` of them, which it therefore must be told.
///
/// - Parameters:
///   - carry: What the first step starts from.
///   - maximumSteps: After so many steps the loop ends though the condition holds; no limit where nil.
///   - condition: Gives one bool.
///   - body: A step.
public func whileLoop<Carry: TensorTree>(
  from carry: Carry, maximumSteps: Int? = nil,
  while condition: @escaping @Sendable (Carry) -> Tensor,
  _ body: @escaping @Sendable (inout Carry) -> Void
) -> Carry {
  let checks = LoopChecks(name: "whileLoop")
  if let maximumSteps, maximumSteps < 0 {
    stop("whileLoop: maximumSteps \(maximumSteps) is negative")
  }
  let specs = carry.leaves.tensors.map(\.spec)
  if !Trace.isActive {
    var state = carry
    var steps = 0
    while steps < maximumSteps ?? .max,
      checks.requireCondition(condition(state)).item() != 0
    {
      body(&state)
      checks.requireSame(state.leaves, as: specs)
      steps += 1
    }
    return state
  }
  var loop = LoopFunction(
    name: "whileLoop", stepCount: maximumSteps ?? .max, isReversed: false
  ) { state, _ in
    var state = carry.replacingLeaves(state)
    let structure = state.structure
    body(&state)
    checks.requireSame(state.leaves, as: specs)
    checks.requireSame(state.structure, as: structure)
    return (state.leaves.tensors, [])
  }
  loop.condition = { checks.requireCondition(condition(carry.replacingLeaves($0))) }
  return carry.replacingLeaves(loop.trace(from: carry.leaves.tensors, over: []).carry)
}
