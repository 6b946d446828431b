import Arrays
import Synchronization

/// A function that is traced, planned and run: what all forms of `compile` have in common.
///
/// `State` is what the function changes, `Others` what it only reads.
final class CompiledCore<State: Sendable, Others: Sendable, Result: Sendable>: Sendable {
  /// How a walk reaches the tensors of one of the three.
  typealias Walk<Tree> = @Sendable (inout Tree, TensorVisitor) -> Void

  /// What one caller needs while it calls, kept for the next one.
  private final class Caller: @unchecked Sendable {
    let call = PlanCall()
    /// Where the last call's arguments led.
    var last: (key: [UInt64], generation: Int, prepared: PreparedCall<Result>)?
  }

  /// Arguments of a trace.
  private struct Arguments: Sendable {
    let state: State
    let others: Others

    init(_ state: State, _ others: Others) { (self.state, self.others) = (state, others) }
  }

  let cache: PlanCache<Result>
  private let callers = Mutex<[Caller]>([])
  private let body: @Sendable (inout State, Others) -> Result
  private let visitState: Walk<State>
  private let visitOthers: Walk<Others>
  private let readOthers: @Sendable (Others, TensorVisitor) -> Void
  private let visitResult: Walk<Result>

  init(
    limit: Int, state: @escaping Walk<State>, others: @escaping Walk<Others>,
    reading: @escaping @Sendable (Others, TensorVisitor) -> Void, result: @escaping Walk<Result>,
    body: @escaping @Sendable (inout State, Others) -> Result
  ) {
    cache = PlanCache(limit: limit)
    self.body = body
    visitState = state
    visitOthers = others
    readOthers = reading
    visitResult = result
  }

  /// The results for these arguments. Inside another trace, a gradient closure or a run on the
  /// reference backend or under a watch the function is a part of what surrounds it, and runs as it
  /// is written.
  func call(_ state: inout State, _ others: Others) -> Result {
    let thread = ThreadState.pointer.pointee
    if thread.trace != nil || thread.gradient_depth > 0 || thread.backend != 0 {
      return body(&state, others)
    }
    let caller = callers.withLock { $0.popLast() } ?? Caller()
    let call = caller.call
    let reader = call.reader
    defer { callers.withLock { $0.append(caller) } }
    reader.table.pointee.reset()
    // Paths are for messages, and the first walk finds what there is to say.
    reader.keepsPaths = caller.last == nil
    reader.note(UInt64(bitPattern: Int64(thread.training_override)))
    visitState(&state, reader)
    readOthers(others, reader)
    guard let prepared = prepared(for: caller, state, others) else { return body(&state, others) }
    let results = call.run(prepared.plan) { visitState(&state, $0) }
    withExtendedLifetime(others) {}
    var result = prepared.template
    if !results.isEmpty { visitResult(&result, LeafReplacer(results)) }
    return result
  }

  /// The plan for these arguments, whether or not there is memory for it; it is not kept.
  func plan(_ state: State, _ others: Others) -> Plan? {
    trace(state, others, isRefusable: false)?.plan
  }

  /// What the caller's arguments lead to: mostly what those of its last call led to.
  private func prepared(
    for caller: Caller, _ state: State, _ others: Others
  ) -> PreparedCall<Result>? {
    let reader = caller.call.reader
    if let last = caller.last, last.generation == cache.generation,
      reader.table.pointee.hasKey(last.key)
    {
      return last.prepared
    }
    let key = reader.key
    caller.last = nil
    let generation = cache.generation
    guard let prepared = cache.prepared(for: key, make: { trace(state, others) }) else {
      return nil
    }
    caller.last = (key, generation, prepared)
    return prepared
  }

  /// Traces the function; nil where it changes what a plan cannot: the structure or the plain values
  /// of its state, as an optimizer's first step does.
  private func trace(
    _ state: State, _ others: Others, isRefusable: Bool = true
  ) -> PreparedCall<Result>? {
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
    return PreparedCall(
      plan: Plan(trace.graph, isRefusable: isRefusable), template: result, arguments: Arguments(state, others))
  }

  private func structure(of state: inout State) -> [UInt64] {
    let reader = LeafReader(readsNumbers: false)
    visitState(&state, reader)
    return reader.key
  }
}
