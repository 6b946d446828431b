import Synchronization

/// Values by key, made at their first use; the least recently used ones are forgotten.
final class RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    var value: Value
    var lastUse: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var uses = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  /// The value of a key. Two threads that ask for a new key at once may both make it; one stays.
  func value(for key: Key, make: () -> Value) -> Value {
    let known: Value? = state.withLock { state in
      state.uses += 1
      state.entries[key]?.lastUse = state.uses
      return state.entries[key]?.value
    }
    if let known { return known }
    let value = make()
    return state.withLock { state in
      if let other = state.entries[key]?.value { return other }
      if state.entries.count >= capacity,
        let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.entries[oldest.key] = nil
      }
      state.entries[key] = Entry(value: value, lastUse: state.uses)
      return value
    }
  }
}
