/// How much memory this process may still take, and what says so.
///
/// What bounds it is read from files that Linux writes, so that a plan can be refused before it
/// runs instead of being killed while it does. Asked once when a plan is made, never by a step: it
/// takes about a millisecond. Swap space is not counted on.
package enum MemoryLimit {
  /// What sets a bound.
  package enum Source: Hashable, Sendable {
    /// A control group, of version 1 or 2, that the process is in, by its path.
    case controlGroup(String)
    /// `RLIMIT_AS`, as `ulimit -v` sets it.
    case addressSpace
    /// `RLIMIT_DATA`, as `ulimit -d` sets it.
    case data
    /// The memory of the machine.
    case machine
  }

  /// A bound, in bytes.
  package struct Bound: Hashable, Sendable, CustomStringConvertible {
    package let source: Source
    /// What may be in use in all.
    package let limit: Int
    /// What is in use, by this process or by all that share the bound; files that the system keeps
    /// in memory and would give up are not counted.
    package let used: Int

    package init(_ source: Source, limit: Int, used: Int) {
      self.source = source
      self.limit = limit
      self.used = used
    }

    /// What may still be taken; never below 0.
    package var available: Int { max(0, limit - used) }

    /// For example: the control group /a/b allows 4.0 GiB, of which 1.2 GiB are in use.
    package var description: String {
      let subject =
        switch source {
        case .controlGroup(let path): "the control group \(path) allows"
        case .addressSpace: "the limit of the address space (ulimit -v) is"
        case .data: "the limit of data (ulimit -d) is"
        case .machine: "the machine has"
        }
      return "\(subject) \(Figure.bytes(limit)), of which \(Figure.bytes(used)) are in use"
    }
  }

  /// The bound that leaves least; nil where the system says nothing.
  package static func current() -> Bound? { tightest(bounds) }

  /// All bounds that there are now.
  package static var bounds: [Bound] { bounds(reading: contents) }

  /// Of bounds that leave equally little, the first.
  package static func tightest(_ bounds: [Bound]) -> Bound? {
    bounds.min { $0.available < $1.available }
  }

  /// Why `byteCount` more bytes cannot be had, as `subject` (“the plan”) needs them; nil where they
  /// can. Memory that is only kept for reuse is given back before anything is refused.
  package static func refusal(of byteCount: Int, for subject: String) -> String? {
    if refusal(of: byteCount, for: subject, within: current()) == nil { return nil }
    MemoryPool.shared.releaseKept()
    return refusal(of: byteCount, for: subject, within: current())
  }

  /// The same, within a given bound.
  package static func refusal(
    of byteCount: Int, for subject: String, within bound: Bound?
  ) -> String? {
    guard let bound, byteCount > bound.available else { return nil }
    return "\(subject) needs \(Figure.bytes(byteCount)); \(bound)"
  }
}
