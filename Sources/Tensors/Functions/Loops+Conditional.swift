import Arrays

/// One of two functions of `operand`, as `predicate` says: `first` where it is true.
///
///     let clipped = conditional(norm .> 1, gradient, then: { $0 / norm }, else: { $0 })
///
/// The predicate is one bool, which may depend on numbers: inside `compile` it is a part of the step
/// that runs, and only the branch that it chooses runs. Both branches give trees of the same shapes
/// and element types. There are gradients, of any order, through the branch that ran: by the operand
/// and by all that the branch captures.
///
/// For a choice element by element, see `where`.
public func conditional<Operand: TensorTree, Result: TensorTree>(
  _ predicate: Tensor, _ operand: Operand, then first: @escaping @Sendable (Operand) -> Result,
  else second: @escaping @Sendable (Operand) -> Result
) -> Result {
  let checks = LoopChecks(name: "conditional")
  let predicate = checks.requireCondition(predicate).detached()
  if !predicate.isTraced {
    return predicate.item() != 0 ? first(operand) : second(operand)
  }
  let template = TreeTemplate<Result>()
  let results = BranchFunction(name: "conditional", predicate: predicate) {
    let result = first(operand)
    template.keep(result)
    return result.leaves.tensors
  } second: {
    let result = second(operand)
    checks.requireAlike(template.tree.leaves, result.leaves)
    return result.leaves.tensors
  }.trace()
  return template.tree.replacingLeaves(results)
}

/// One of two functions without an operand, which capture what they read: see
/// `conditional(_:_:then:else:)`.
public func conditional<Result: TensorTree>(
  _ predicate: Tensor, then first: @escaping @Sendable () -> Result,
  else second: @escaping @Sendable () -> Result
) -> Result {
  conditional(predicate, [Tensor](), then: { _ in first() }, else: { _ in second() })
}
