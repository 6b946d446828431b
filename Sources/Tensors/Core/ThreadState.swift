import Arrays
import CKernels
import CPUBackend
import ReferenceBackend

/// What the calling thread is doing. A gradient closure runs on one thread from start to end, so
/// the state belongs to the thread.
package enum ThreadState {
  @inline(__always)
  static var pointer: UnsafeMutablePointer<kernel_thread_state> {
    kernel_current_thread_state().unsafelyUnwrapped
  }

  /// Whether operations on tracked tensors are recorded for differentiation.
  @inline(__always)
  package static var isRecording: Bool {
    let state = pointer
    return state.pointee.gradient_depth > 0 && state.pointee.unrecorded_depth == 0
  }

  /// Runs `body` with one field of the state changed, and puts it back.
  package static func with<Result>(
    _ field: WritableKeyPath<kernel_thread_state, Int32>, _ value: Int32,
    _ body: () throws -> Result
  ) rethrows -> Result {
    let state = pointer
    let previous = state.pointee[keyPath: field]
    state.pointee[keyPath: field] = value
    defer { state.pointee[keyPath: field] = previous }
    return try body()
  }

  private static let cpu: any Backend = CPUBackend()
  private static let reference: any Backend = ReferenceBackend()

  private static let tracing: any Backend = TracingBackend()

  /// The backend on which this thread's operations run.
  @inline(__always)
  package static var backend: any Backend {
    let state = pointer
    if state.pointee.trace != nil { return tracing }
    if state.pointee.backend == 0 { return cpu }
    return state.pointee.backend == 1 ? reference : tracing
  }

  /// Whether somebody looks at this thread's operations: see `Watch`.
  @inline(__always)
  package static var isWatched: Bool { pointer.pointee.backend == 2 }

  /// Whether this thread's operations run on the reference backend.
  package static var usesReference: Bool { pointer.pointee.backend == 1 }

  /// Runs `body` on the plain, slow backend that is the oracle of the fast one.
  package static func withReferenceBackend<Result>(
    _ body: () throws -> Result
  ) rethrows -> Result {
    try with(\.backend, 1, body)
  }
}

/// Whether layers that behave differently in training (dropout, batch normalization) do so now:
/// inside a gradient closure, unless `withTraining(_:_:)` says otherwise.
public var isTraining: Bool {
  let state = ThreadState.pointer.pointee
  return state.training_override >= 0 ? state.training_override == 1 : state.gradient_depth > 0
}

/// Runs `body` with layers in training mode or not, whether or not a gradient closure surrounds it:
/// gradients of a model at inference (saliency), or dropout while predicting.
public func withTraining<Result>(
  _ isTraining: Bool, _ body: () throws -> Result
) rethrows -> Result {
  try ThreadState.with(\.training_override, isTraining ? 1 : 0, body)
}

/// Runs `body` without recording its operations: their results are constants to every surrounding
/// gradient closure.
public func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
  try ThreadState.with(\.unrecorded_depth, ThreadState.pointer.pointee.unrecorded_depth + 1, body)
}
