import Arrays
import Synchronization

/// A plan, and the results of its trace, whose leaves a run replaces.
struct PreparedCall<Result: Sendable>: Sendable {
  let plan: Plan
  let template: Result
  /// The arguments of the trace. The functions in them are known by what they capture, which must
  /// not make room for something else while the plan is kept.
  let arguments: any Sendable
}

/// The plans of one function, by what its traces depend on: the shapes, element types and plain
/// values of its arguments.
final class PlanCache<Result: Sendable>: Sendable {
  private struct Entry {
    /// nil where the function runs as it is written.
    let prepared: PreparedCall<Result>?
    var lastUse: UInt64
  }

  private struct State {
    var entries: [[UInt64]: Entry] = [:]
    var uses: UInt64 = 0

    /// Adds an entry; where there are too many, the one that was not used for longest makes room.
    mutating func add(_ prepared: PreparedCall<Result>?, _ key: [UInt64], _ limit: Int) {
      if entries.count >= limit,
        let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        entries[oldest.key] = nil
      }
      entries[key] = Entry(prepared: prepared, lastUse: uses)
    }
  }

  private let limit: Int
  private let state = Mutex(State())
  /// Held while a function is traced, so that callers at the same time make one plan.
  private let tracing = Mutex<Void>(())

  /// Counts the entries that came and went.
  private let changes = Atomic<Int>(0)

  init(limit: Int) { self.limit = max(limit, 1) }

  /// What is known of an entry holds for as long as this is the same.
  var generation: Int { changes.load(ordering: .acquiring) }

  /// All plans, the one used last first.
  var plans: [Plan] {
    state.withLock { state in
      state.entries.values.sorted { $0.lastUse > $1.lastUse }.compactMap { $0.prepared?.plan }
    }
  }

  func removeAll() {
    state.withLock { $0.entries.removeAll() }
    changes.add(1, ordering: .releasing)
  }

  private func known(_ key: [UInt64]) -> Entry? {
    state.withLock { state in
      state.uses += 1
      state.entries[key]?.lastUse = state.uses
      return state.entries[key]
    }
  }

  /// What a key leads to, made where it is not known; nil where the function runs as it is written.
  func prepared(
    for key: [UInt64], make: () -> PreparedCall<Result>?
  ) -> PreparedCall<Result>? {
    if let entry = known(key) { return entry.prepared }
    return tracing.withLock { _ -> PreparedCall<Result>? in
      if let entry = known(key) { return entry.prepared }
      let prepared = make()
      state.withLock { $0.add(prepared, key, limit) }
      changes.add(1, ordering: .releasing)
      return prepared
    }
  }
}
