import Arrays

/// What a plan runs for one instruction: prepared once, run at every call without allocating.
package protocol PlanKernel: AnyObject, Sendable {
  /// Memory of the arena that the kernel needs for itself while it runs, in bytes.
  var scratchByteCount: Int { get }

  /// Runs on values that lie at `bases`, one address a value of the graph.
  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer)

  /// A kernel for another caller at the same time: itself where it holds nothing that a run changes.
  func copy() -> any PlanKernel
}

extension PlanKernel {
  package var scratchByteCount: Int { 0 }
  package func copy() -> any PlanKernel { self }
}
