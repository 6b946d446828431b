import Arrays

/// Makes a function fast: the first call with arguments of new shapes traces it, that is, records the
/// operations that it would run, and makes a plan of them; every call runs such a plan, without
/// tracing, and as good as without allocating.
///
///     let step = compile { (state: inout TrainingState, batch: Batch) -> Tensor in
///       let (loss, gradients) = valueAndGradient(of: &state.model) {
///         crossEntropy($0(batch.images), batch.labels)
///       }
///       state.optimizer.update(&state.model, with: gradients)
///       return loss
///     }
///     let loss = step(&state, batch)
///
/// Arguments and results are trees of tensors: models, optimizers, random sources, batches; the
/// first one or two arguments may be `inout`. There is one plan for each combination of shapes,
/// element types and values that are no tensors; `Number`s (learning rates, counts of steps) and
/// the places of random sources may change from call to call. What the function captures is fixed.
///
/// Swift code in the function runs while it is traced alone: control flow that depends on shapes or
/// on plain values is followed as it runs then, and asking for a tensor's numbers stops the program.
/// For control flow that depends on numbers there are `conditional`, `whileLoop` and `scan`.
///
/// A call that changes the structure or the plain values of its state, as an optimizer's first step
/// does, runs as written, without a plan. So does a call inside a gradient closure or of another
/// traced function, which it becomes a part of.
///
/// May be called by many tasks at once.
///
/// A closure of one expression that says itself what it takes needs no types; it has no `inout`
/// parameters. Others name the types of all parameters and, where they have several statements and
/// one result, that of the result.
///
/// - Parameters:
///   - cacheLimit: How many plans are kept; beyond it, the one that was not used for longest goes.
///   - body: The function. It must give the same for the same arguments.
@_disfavoredOverload
public func compile<State: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout State) -> (repeat each Result)
) -> CompiledStep<State, (repeat each Result)> {
  CompiledStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<State: TensorTree, First: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout State, First) -> (repeat each Result)
) -> CompiledStep<State, (repeat each Result), First> {
  CompiledStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<
  State: TensorTree, First: TensorTree, Second: TensorTree, each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout State, First, Second) -> (repeat each Result)
) -> CompiledStep<State, (repeat each Result), First, Second> {
  CompiledStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<
  State: TensorTree, First: TensorTree, Second: TensorTree, Third: TensorTree,
  each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout State, First, Second, Third) -> (repeat each Result)
) -> CompiledStep<State, (repeat each Result), First, Second, Third> {
  CompiledStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<
  State: TensorTree, First: TensorTree, Second: TensorTree, Third: TensorTree, Fourth: TensorTree,
  each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout State, First, Second, Third, Fourth) -> (repeat each Result)
) -> CompiledStep<State, (repeat each Result), First, Second, Third, Fourth> {
  CompiledStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<One: TensorTree, Two: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout One, inout Two) -> (repeat each Result)
) -> CompiledPairStep<One, Two, (repeat each Result)> {
  CompiledPairStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<One: TensorTree, Two: TensorTree, First: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout One, inout Two, First) -> (repeat each Result)
) -> CompiledPairStep<One, Two, (repeat each Result), First> {
  CompiledPairStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<
  One: TensorTree, Two: TensorTree, First: TensorTree, Second: TensorTree, each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout One, inout Two, First, Second) -> (repeat each Result)
) -> CompiledPairStep<One, Two, (repeat each Result), First, Second> {
  CompiledPairStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
@_disfavoredOverload
public func compile<
  One: TensorTree, Two: TensorTree, First: TensorTree, Second: TensorTree, Third: TensorTree,
  each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (inout One, inout Two, First, Second, Third) -> (repeat each Result)
) -> CompiledPairStep<One, Two, (repeat each Result), First, Second, Third> {
  CompiledPairStep(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
public func compile<First: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (First) -> (repeat each Result)
) -> CompiledFunction<(repeat each Result), First> {
  CompiledFunction(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
public func compile<First: TensorTree, Second: TensorTree, each Result: TensorTree>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (First, Second) -> (repeat each Result)
) -> CompiledFunction<(repeat each Result), First, Second> {
  CompiledFunction(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
public func compile<
  First: TensorTree, Second: TensorTree, Third: TensorTree, each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (First, Second, Third) -> (repeat each Result)
) -> CompiledFunction<(repeat each Result), First, Second, Third> {
  CompiledFunction(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// See `compile` for one state and no other arguments.
public func compile<
  First: TensorTree, Second: TensorTree, Third: TensorTree, Fourth: TensorTree,
  each Result: TensorTree
>(
  cacheLimit: Int = 16,
  _ body: @escaping @Sendable (First, Second, Third, Fourth) -> (repeat each Result)
) -> CompiledFunction<(repeat each Result), First, Second, Third, Fourth> {
  CompiledFunction(limit: cacheLimit, result: { $0 = (repeat visited(each $0, $1)) }, body)
}

/// A tree after a visitor has been there.
func visited<Tree: TensorTree>(_ tree: Tree, _ visitor: TensorVisitor) -> Tree {
  var tree = tree
  tree.visitTensors(visitor)
  return tree
}
