import Arrays

/// The shape and element type of a tensor.
package struct TensorSpec: Hashable, Sendable {
  package var shape: Shape
  package var dataType: DataType

  package init(_ shape: Shape, _ dataType: DataType) {
    self.shape = shape
    self.dataType = dataType
  }
}

/// Which values a primitive's pullback reads; what it does not read is not kept alive.
package struct SavedValues: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let inputs = SavedValues(rawValue: 1)
  package static let output = SavedValues(rawValue: 2)
}

/// An operation with a derivative of its own; everything else is composed of such operations.
///
/// A primitive states three rules. Its pullback is written in tensor operations, so that the
/// derivative of a derivative comes for free.
package protocol Primitive: Sendable {
  /// The name in messages.
  var name: String { get }

  /// The shape rule: the result's shape and element type, or why the inputs do not fit.
  func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec

  /// The forward rule; the inputs fit.
  func forward(_ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend) -> NDArray

  /// The values that `pullback` reads.
  var saved: SavedValues { get }

  /// The pullback rule: adds to each wanted input its cotangent. Inputs and output carry values
  /// only as `saved` says, but always their shapes.
  func pullback(_ call: PullbackCall)
}

extension Primitive {
  package var saved: SavedValues { .inputs }
}

/// Runs a primitive, and records it where an input is tracked.
@inline(__always)
package func apply<P: Primitive>(_ primitive: P, _ inputs: consuming [Tensor]) -> Tensor {
  let spec: TensorSpec
  do {
    spec = try primitive.spec(inputs)
  } catch {
    stop(failureMessage(error, inputs))
  }
  let array = primitive.forward(inputs, spec, on: ThreadState.backend)
  guard ThreadState.isRecording, spec.dataType.isFloatingPoint, isTracked(inputs) else {
    return Tensor(array)
  }
  return record(primitive, inputs, array)
}

@inline(__always)
private func isTracked(_ inputs: borrowing [Tensor]) -> Bool {
  for index in 0..<inputs.count where inputs[index].node != nil { return true }
  return false
}

/// The result of a primitive as a tracked tensor.
package func record(
  _ primitive: any Primitive, _ inputs: consuming [Tensor], _ array: NDArray
) -> Tensor {
  let saved = primitive.saved
  var kept = inputs
  if !saved.contains(.inputs) {
    for index in 0..<kept.count { kept[index].dropValues() }
  }
  let output = saved.contains(.output) ? array : array.withoutValues()
  let node = Node(primitive, kept, output)
  if ThreadState.isWatched { Watch.current?.note(node) }
  return Tensor(array, node: node)
}

/// Stops where operands do not fit, and names the paths of the parameters among them: what a layer
/// or a function calls that checks its operands before any primitive does.
package func stop(_ operation: String, _ message: String, at operands: Tensor?...) -> Never {
  stop(failureMessage(ShapeError(operation, message), operands.compactMap { $0 }))
}

/// A shape error in the words of a stop: with the paths of the parameters among the operands.
private func failureMessage(_ error: ShapeError, _ operands: [Tensor]) -> String {
  let paths = operands.compactMap { $0.node?.path }
  return error.description + (paths.isEmpty ? "" : " (at \(paths.joined(separator: ", ")))")
}
