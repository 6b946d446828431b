/// State of a layer that is saved with the model but not trained: running statistics, the position
/// of a random stream.
///
///     @Buffer var runningMean = Tensor.zeros([64])
///
/// A layer's forward pass does not mutate the layer. It calls `$runningMean.setNext(…)` instead:
/// inside a gradient closure of a model given as `inout` the value is kept and becomes the model's
/// when the closure returns; anywhere else it is dropped.
@propertyWrapper
public struct Buffer: TensorTree {
  /// The current value.
  public var wrappedValue: Tensor
  /// Where a gradient closure collects the next value.
  package var slot: BufferSlot?

  /// A buffer that starts with this value.
  public init(wrappedValue: Tensor) {
    self.wrappedValue = wrappedValue
  }

  /// The buffer itself, as `$name`, to read its latest value or record its next one.
  public var projectedValue: Buffer { self }

  /// The value that a later call in the same gradient closure should start from: the last one given
  /// to `setNext`, otherwise the current one.
  public var latest: Tensor { slot?.next ?? wrappedValue }

  /// Records the buffer's next value, of the same shape and element type.
  public func setNext(_ value: Tensor) {
    slot?.set(value.detached())
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(&self, name: "")
  }
}

/// The next value of one buffer during one gradient closure, which runs on one thread.
package final class BufferSlot: @unchecked Sendable {
  /// Larger than that of every node and slot that was there before.
  let number = Node.nextNumber()
  /// The buffer's value when the closure begins.
  let start: Tensor
  private(set) var next: Tensor?

  init(_ start: Tensor) { self.start = start }

  var latest: Tensor { next ?? start }

  func set(_ next: Tensor?) {
    Trace.current?.noteChange(of: self)
    self.next = next
  }

  /// Gives the buffer back what was its next value before a trace inside the current one.
  func restore(_ next: Tensor?) { self.next = next }
}
