import Arrays

/// An array of numbers of any number of axes: a value, like `Int` or `Array`.
///
/// A tensor's numbers do not change; operations give new tensors, and views (transposes, slices,
/// broadcasts) share memory with what they came from. A tensor may be sent to any thread.
///
///     let x = Tensor([[1, 2], [3, 4]] as [[Float]])
///     let y = (x * x).sum(along: 1)      // [5, 25]
///
/// Element types never mix silently: convert with `to(_:)`.
public struct Tensor: Sendable {
  package var array: NDArray
  /// How the tensor was computed, where a gradient closure records it; nil for a constant.
  package var node: Node?

  @inline(__always)
  package init(_ array: NDArray, node: Node? = nil) {
    self.array = array
    self.node = node
  }

  /// The length along each axis.
  public var shape: Shape { array.layout.shape }
  /// The type of the elements.
  public var dataType: DataType { array.dataType }
  /// The number of axes; 0 for a single number.
  public var rank: Int { array.layout.rank }
  /// The number of elements, the product of the shape's lengths.
  public var count: Int { array.layout.count }
  /// Whether a surrounding gradient closure could differentiate with respect to something that
  /// this tensor was computed from.
  public var isTracked: Bool { node != nil }

  /// The same numbers as a constant to every gradient closure.
  public func detached() -> Tensor { Tensor(array) }
}

extension Tensor {
  /// The elements in row-major order, converted to `Element` where the type differs (floating
  /// point to integers truncates and saturates).
  public func scalars<Element: Scalar>(as type: Element.Type = Element.self) -> [Element] {
    if Trace.isActive {
      requireNumbers(in: "scalars")
      return Trace.suspended { scalars(as: type) }
    }
    let source = array.dataType == Element.dataType ? self : detached().to(Element.dataType)
    let flat = source.array.compacted()
    return withExtendedLifetime(flat) {
      Array(UnsafeBufferPointer(start: flat.pointer(as: Element.self), count: flat.count))
    }
  }

  /// The only element of a tensor that has just one, as a `Double`; stops for any other count.
  ///
  ///     print(loss.item())
  public func item() -> Double {
    if count != 1 {
      stop("item: needs a tensor of one element, found shape \(shape)")
    }
    if array.isAbstract { requireNumbers(in: "item") }
    if array.dataType == .float32 {
      return withExtendedLifetime(array) { Double(array.pointer(as: Float.self).pointee) }
    }
    return scalars(as: Double.self)[0]
  }
}

extension Tensor {
  /// Whether the numbers are known: not so while `compile` traces the step that computes them.
  package var isTraced: Bool { array.isAbstract }

  /// Stops where the numbers are not known yet.
  package func requireNumbers(in operation: String) {
    if array.isAbstract {
      stop(
        "\(operation): the numbers of this \(dataType) \(shape) are not known while compile traces "
          + "a step, only when the step runs; return the tensor from the step, or compute with "
          + "tensors")
    }
  }
}

extension Float {
  /// The only element of `tensor`; stops where it has another count.
  public init(_ tensor: Tensor) { self = Float(tensor.item()) }
}

extension Double {
  /// The only element of `tensor`; stops where it has another count.
  public init(_ tensor: Tensor) { self = tensor.item() }
}

extension NDArray {
  /// The same numbers row-major and without gaps: itself where it is so already.
  package func compacted() -> NDArray {
    if isContiguous { return self }
    let result = NDArray(uninitialized: Layout(contiguous: shape), dataType)
    ThreadState.backend.copy(self, into: result)
    return result
  }
}
