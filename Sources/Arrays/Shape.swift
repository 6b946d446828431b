/// The length of a tensor along each of its axes: `[]` is a single number, `[2, 3]` two rows of
/// three columns.
///
/// As a collection it is its lengths; `elementCount` is their product.
public struct Shape: Hashable, Sendable {
  /// The lengths, outermost axis first; none is negative.
  public var lengths: [Int]

  @inlinable
  public init(_ lengths: [Int]) { self.lengths = lengths }

  /// How many elements a tensor of this shape has; 1 for the empty shape. Stops where an `Int`
  /// cannot hold the product of the lengths, those of 0 aside: strides are such products too.
  public var elementCount: Int {
    var product = 1, isEmpty = false
    for length in lengths {
      if length == 0 { isEmpty = true }
      let (next, overflows) = product.multipliedReportingOverflow(by: length == 0 ? 1 : length)
      if overflows { stop("shape \(self) has more elements than can be counted") }
      product = next
    }
    return isEmpty ? 0 : product
  }

  /// The number of axes.
  @inlinable public var rank: Int { lengths.count }
}

extension Shape: ExpressibleByArrayLiteral {
  @inlinable
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: RandomAccessCollection, MutableCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { lengths.count }
  @inlinable public subscript(axis: Int) -> Int {
    get { lengths[axis] }
    set { lengths[axis] = newValue }
  }
}

extension Shape: CustomStringConvertible {
  /// For example `[2, 3]`.
  public var description: String {
    "[" + lengths.map(String.init).joined(separator: ", ") + "]"
  }
}

extension Shape {
  /// The shape to which `self` and `other` broadcast by NumPy's rule, or nil when they do not:
  /// axes are paired from the last; a length of 1, or a missing axis, stretches.
  public func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = Swift.max(self.rank, other.rank)
    var lengths = [Int](repeating: 1, count: rank)
    for i in 0..<rank {
      let a = i < rank - self.rank ? 1 : self[i - (rank - self.rank)]
      let b = i < rank - other.rank ? 1 : other[i - (rank - other.rank)]
      guard a == b || a == 1 || b == 1 else { return nil }
      lengths[i] = a == 1 ? b : a
    }
    return Shape(lengths)
  }
}
