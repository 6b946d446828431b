import Arrays

/// A compiled function that changes a state: what `compile` gives for one `inout` argument.
///
/// The state's tensors change in place where nothing else refers to them; a copy of the state that is
/// kept elsewhere stays as it is, at the price of copying the tensors at the next call.
public struct CompiledStep<State: TensorTree, Result: Sendable, each Argument: TensorTree>:
  Sendable
{
  private let core: CompiledCore<State, (repeat each Argument), Result>

  init(
    limit: Int, result: @escaping @Sendable (inout Result, TensorVisitor) -> Void,
    _ body: @escaping @Sendable (inout State, repeat each Argument) -> Result
  ) {
    core = CompiledCore(
      limit: limit, state: { $0.visitTensors($1) },
      others: { $0 = (repeat visited(each $0, $1)) },
      reading: { for tree in repeat each $0 { read(tree, $1) } }, result: result
    ) { state, others in body(&state, repeat each others) }
  }

  /// Runs the plan for these arguments; makes it where there is none.
  public func callAsFunction(_ state: inout State, _ arguments: repeat each Argument) -> Result {
    core.call(&state, (repeat each arguments))
  }

  /// The plan for these arguments, made without running or keeping it, and whether or not there is
  /// memory for it; nil where the function changes what a plan cannot.
  package func plan(for state: State, _ arguments: repeat each Argument) -> Plan? {
    core.plan(state, (repeat each arguments))
  }

  /// The number of plans that are kept.
  public var cachedPlans: Int { core.cache.plans.count }

  /// The plans that are kept, the one used last first.
  public var plans: [Plan] { core.cache.plans }

  /// Forgets all plans, so that the next call traces anew.
  public func invalidate() { core.cache.removeAll() }
}

/// A compiled function that changes two trees: what `compile` gives for two `inout` arguments. See
/// `CompiledStep`.
public struct CompiledPairStep<
  One: TensorTree, Two: TensorTree, Result: Sendable, each Argument: TensorTree
>: Sendable {
  private let core: CompiledCore<(One, Two), (repeat each Argument), Result>

  init(
    limit: Int, result: @escaping @Sendable (inout Result, TensorVisitor) -> Void,
    _ body: @escaping @Sendable (inout One, inout Two, repeat each Argument) -> Result
  ) {
    core = CompiledCore(
      limit: limit,
      state: {
        $0.0.visitTensors($1)
        $0.1.visitTensors($1)
      }, others: { $0 = (repeat visited(each $0, $1)) },
      reading: { for tree in repeat each $0 { read(tree, $1) } }, result: result
    ) { state, others in body(&state.0, &state.1, repeat each others) }
  }

  /// Runs the plan for these arguments; makes it where there is none.
  public func callAsFunction(
    _ one: inout One, _ two: inout Two, _ arguments: repeat each Argument
  ) -> Result {
    // Moved, not copied, so that the plan finds their memory unshared.
    withUnsafeMutablePointer(to: &one) { one in
      withUnsafeMutablePointer(to: &two) { two in
        var state = (one.move(), two.move())
        let result = core.call(&state, (repeat each arguments))
        one.initialize(to: state.0)
        two.initialize(to: state.1)
        return result
      }
    }
  }

  /// The number of plans that are kept.
  public var cachedPlans: Int { core.cache.plans.count }

  /// The plans that are kept, the one used last first.
  public var plans: [Plan] { core.cache.plans }

  /// Forgets all plans, so that the next call traces anew.
  public func invalidate() { core.cache.removeAll() }
}

/// A compiled function that changes nothing: what `compile` gives without `inout` arguments.
public struct CompiledFunction<Result: Sendable, each Argument: TensorTree>: Sendable {
  private let core: CompiledCore<Void, (repeat each Argument), Result>

  init(
    limit: Int, result: @escaping @Sendable (inout Result, TensorVisitor) -> Void,
    _ body: @escaping @Sendable (repeat each Argument) -> Result
  ) {
    core = CompiledCore(
      limit: limit, state: { _, _ in }, others: { $0 = (repeat visited(each $0, $1)) },
      reading: { for tree in repeat each $0 { read(tree, $1) } }, result: result
    ) { _, others in body(repeat each others) }
  }

  /// Runs the plan for these arguments; makes it where there is none.
  public func callAsFunction(_ arguments: repeat each Argument) -> Result {
    var state: Void = ()
    return core.call(&state, (repeat each arguments))
  }

  /// The number of plans that are kept.
  public var cachedPlans: Int { core.cache.plans.count }

  /// The plans that are kept, the one used last first.
  public var plans: [Plan] { core.cache.plans }

  /// Forgets all plans, so that the next call traces anew.
  public func invalidate() { core.cache.removeAll() }
}

/// Walks a tree that stays as it is.
private func read<Tree: TensorTree>(_ tree: Tree, _ visitor: TensorVisitor) {
  var copy = tree
  copy.visitTensors(visitor)
}
