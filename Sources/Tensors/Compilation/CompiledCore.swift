import Arrays

/// A function that is traced, planned and run: what all forms of `compile` have in common.
///
/// `State` is what the function changes, `Others` what it only reads.
final class CompiledCore<State: Sendable, Others: Sendable, Result: Sendable>: Sendable {
  /// How a walk reaches the tensors of one of the three.
  typealias Walk<Tree> = @Sendable (inout Tree, TensorVisitor) -> Void

  let cache: PlanCache<Result>
  private let body: @Sendable (inout State, Others) -> Result
  private let visitState: Walk<State>
  private let visitOthers: Walk<Others>
  private let visitResult: Walk<Result>

  init(
    limit: Int, state: @escaping Walk<State>, others: @escaping Walk<Others>,
    result: @escaping Walk<Result>, body: @escaping @Sendable (inout State, Others) -> Result
  ) {
    cache = PlanCache(limit: limit)
    self.body = body
    visitState = state
    visitOthers = others
    visitResult = result
  }

  /// The results for these arguments. Inside another trace, a gradient closure or a run on the
  /// reference backend the function is a part of what surrounds it, and runs as it is written.
  func call(_ state: inout State, _ others: Others) -> Result {
    let thread = ThreadState.pointer.pointee
    if thread.trace != nil || thread.gradient_depth > 0 || ThreadState.usesReference {
      return body(&state, others)
    }
    let reader = LeafReader()
    reader.note(UInt64(bitPattern: Int64(thread.training_override)))
    visitState(&state, reader)
    let stateCount = reader.leaves.count
    var read = others
    visitOthers(&read, reader)
    guard let prepared = cache.prepared(for: reader.key, make: { trace(state, others) }) else {
      return body(&state, others)
    }
    let call = PlanCall(plan: prepared.plan, leaves: reader.leaves)
    let results = call.run()
    if call.changesPlaces(of: results, stateCount) { visitState(&state, LeafWriter(results)) }
    var result = prepared.template
    visitResult(&result, LeafWriter(results, from: stateCount))
    return result
  }

  /// Traces the function; nil where it changes what a plan cannot: the structure or the plain values
  /// of its state, as an optimizer's first step does.
  private func trace(_ state: State, _ others: Others) -> PreparedCall<Result>? {
    let trace = Trace()
    var (state, others) = (state, others)
    let before = structure(of: &state)
    var result = trace.record {
      let tracer = LeafTracer(trace)
      visitState(&state, tracer)
      visitOthers(&others, tracer)
      return body(&state, others)
    }
    if structure(of: &state) != before { return nil }
    trace.record {
      visitState(&state, ResultTracer(trace, replacingFrom: 0))
      visitResult(&result, ResultTracer(trace, replacingFrom: nil))
    }
    return PreparedCall(plan: Plan(trace.graph), template: result)
  }

  private func structure(of state: inout State) -> [UInt64] {
    let reader = LeafReader(readsNumbers: false)
    visitState(&state, reader)
    return reader.key
  }
}
