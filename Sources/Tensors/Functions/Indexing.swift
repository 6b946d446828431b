import Arrays

/// One component of an index such as `x[0, 1..<3, .ellipsis, .newAxis]`.
public struct TensorIndex: Sendable {
  enum Component: Sendable {
    case at(Int)
    case range(start: Int?, end: Int?, step: Int)
    case ellipsis
    case newAxis
  }

  let component: Component
}

/// What can stand in a tensor's subscript: integers, ranges and `TensorIndex`.
public protocol TensorIndexConvertible {
  var tensorIndex: TensorIndex { get }
}

extension TensorIndex: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { self }
}

extension TensorIndexConvertible where Self == TensorIndex {
  /// As many whole axes as the other components leave.
  public static var ellipsis: TensorIndex { TensorIndex(component: .ellipsis) }
  /// A new axis of length 1.
  public static var newAxis: TensorIndex { TensorIndex(component: .newAxis) }
  /// A whole axis.
  public static var all: TensorIndex { every(1) }
  /// One element, whose axis disappears; negative numbers count from the end.
  public static func at(_ place: Int) -> TensorIndex { TensorIndex(component: .at(place)) }
  /// Every `step`-th element from `start` up to, not including, `end`; a negative step walks
  /// backward. A missing bound is the axis's end in the direction of the step; bounds beyond it are
  /// cut off, as in Python.
  public static func every(_ step: Int, from start: Int? = nil, to end: Int? = nil) -> TensorIndex {
    TensorIndex(component: .range(start: start, end: end, step: step))
  }
}

extension Int: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { .at(self) }
}

extension Range<Int>: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { .every(1, from: lowerBound, to: upperBound) }
}

// Through −1, the last place, is to the end: one more would be 0, the first.
extension ClosedRange<Int>: TensorIndexConvertible {
  public var tensorIndex: TensorIndex {
    .every(1, from: lowerBound, to: upperBound == -1 ? nil : upperBound + 1)
  }
}

extension PartialRangeFrom<Int>: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { .every(1, from: lowerBound) }
}

extension PartialRangeUpTo<Int>: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { .every(1, to: upperBound) }
}

extension PartialRangeThrough<Int>: TensorIndexConvertible {
  public var tensorIndex: TensorIndex { .every(1, to: upperBound == -1 ? nil : upperBound + 1) }
}

extension Tensor {
  /// Basic indexing by NumPy's rules, without a copy: an integer picks one element of its axis, which
  /// disappears; a range takes some; axes that are not named stay whole.
  ///
  ///     x[0]                        // the first row
  ///     x[.ellipsis, -1]            // the last column
  ///     x[1..<3, .newAxis, .every(2)]
  ///
  /// Setting replaces the elements, which the new value is broadcast to; the rest is unchanged.
  public subscript<A: TensorIndexConvertible>(_ a: A) -> Tensor {
    get { self[[a.tensorIndex]] }
    set { self[[a.tensorIndex]] = newValue }
  }

  /// The same for two components.
  public subscript<A: TensorIndexConvertible, B: TensorIndexConvertible>(
    _ a: A, _ b: B
  ) -> Tensor {
    get { self[[a.tensorIndex, b.tensorIndex]] }
    set { self[[a.tensorIndex, b.tensorIndex]] = newValue }
  }

  /// The same for three components.
  public subscript<A: TensorIndexConvertible, B: TensorIndexConvertible, C: TensorIndexConvertible>(
    _ a: A, _ b: B, _ c: C
  ) -> Tensor {
    get { self[[a.tensorIndex, b.tensorIndex, c.tensorIndex]] }
    set { self[[a.tensorIndex, b.tensorIndex, c.tensorIndex]] = newValue }
  }

  /// The same for four components.
  public subscript<
    A: TensorIndexConvertible, B: TensorIndexConvertible, C: TensorIndexConvertible,
    D: TensorIndexConvertible
  >(_ a: A, _ b: B, _ c: C, _ d: D) -> Tensor {
    get { self[[a.tensorIndex, b.tensorIndex, c.tensorIndex, d.tensorIndex]] }
    set { self[[a.tensorIndex, b.tensorIndex, c.tensorIndex, d.tensorIndex]] = newValue }
  }

  /// The same for five components.
  public subscript<
    A: TensorIndexConvertible, B: TensorIndexConvertible, C: TensorIndexConvertible,
    D: TensorIndexConvertible, E: TensorIndexConvertible
  >(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E) -> Tensor {
    get { self[[a.tensorIndex, b.tensorIndex, c.tensorIndex, d.tensorIndex, e.tensorIndex]] }
    set {
      self[[a.tensorIndex, b.tensorIndex, c.tensorIndex, d.tensorIndex, e.tensorIndex]] = newValue
    }
  }

  /// The same for a list of components made at run time.
  public subscript(_ indices: [TensorIndex]) -> Tensor {
    get {
      let plan = orStop { () throws(ShapeError) in try IndexPlan(indices, shape) }
      return apply(SlicePrimitive(plan.slices), [self]).reshaped(to: plan.result)
    }
    set {
      let plan = orStop { () throws(ShapeError) in try IndexPlan(indices, shape) }
      let part = newValue.expanded(to: plan.result)
        .reshaped(to: Shape(plan.slices.map(\.count)))
      let place = PlacePrimitive(plan.slices, in: shape)
      let mask = apply(place, [Tensor.ones(part.shape, .bool)])
      self = `where`(mask, apply(place, [part]), self)
    }
  }

  /// Slices along an axis, chosen by index (int64; negative ones count from the end): the result's
  /// shape is this tensor's with the axis replaced by the shape of `indices`.
  public func take(_ indices: Tensor, along axis: Int = 0) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "take")
    let indices = Indices.require(indices, length: shape[axis], in: "take", at: self)
    return apply(TakePrimitive(axis: axis), [self, indices])
  }

  /// result[i, j, k] = self[i, indices[i, j, k], k] for axis 1 of three, and so on: one element of
  /// each line. `indices` is int64 with as many axes as this tensor.
  public func takeAlongAxis(_ indices: Tensor, axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "takeAlongAxis")
    let indices = Indices.require(indices, length: shape[axis], in: "takeAlongAxis", at: self)
    return apply(TakeAlongAxisPrimitive(axis: axis), [self, indices])
  }

  /// This tensor with `updates` added at `indices` along an axis; repeated indices add up. The shape
  /// of `updates` is this tensor's with the axis replaced by the shape of `indices`.
  public func adding(_ updates: Tensor, at indices: Tensor, along axis: Int = 0) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "adding")
    let indices = Indices.require(indices, length: shape[axis], in: "adding")
    requireUpdates(updates, indices, axis, in: "adding")
    return self
      + apply(PutPrimitive(.add, axis: axis, length: shape[axis]), [updates, indices])
  }

  /// This tensor with `updates` in place of the slices at `indices` along an axis; of repeated
  /// indices the last wins, and the derivative by the others is zero.
  public func replacing(_ updates: Tensor, at indices: Tensor, along axis: Int = 0) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "replacing")
    let indices = Indices.require(indices, length: shape[axis], in: "replacing")
    requireUpdates(updates, indices, axis, in: "replacing")
    let put = PutPrimitive(.replace, axis: axis, length: shape[axis])
    let mask = apply(put, [Tensor.ones(updates.shape, .bool), indices])
    return `where`(mask, apply(put, [updates, indices]), self)
  }

  /// The same without a derivative: in a compiled step the slices alone are written, in this tensor's
  /// own memory, where nothing else reads it.
  package func overwritten(with updates: Tensor, at indices: Tensor, along axis: Int) -> Tensor {
    let indices = Indices.require(indices, length: shape[axis], in: "overwritten")
    requireUpdates(updates, indices, axis, in: "overwritten")
    let result = NDArray(uninitialized: Layout(contiguous: shape), dataType)
    ThreadState.backend.copy(array, into: result)
    ThreadState.backend.put(
      .replace, updates.array, indices: indices.array, axis: axis, into: result)
    return Tensor(result)
  }

  private func requireUpdates(
    _ updates: Tensor, _ indices: Tensor, _ axis: Int, in operation: String
  ) {
    var expected = shape.lengths
    expected.replaceSubrange(axis...axis, with: indices.shape.lengths)
    if updates.shape.lengths != expected {
      stop(
        "\(operation): updates \(updates.shape) do not fit; \(shape) at indices \(indices.shape) "
          + "along axis \(axis) takes \(Shape(expected))")
    }
  }

  /// This tensor with `updates` added at `indices` of each line along an axis: the adjoint of
  /// `takeAlongAxis(_:axis:)`.
  public func addingAlongAxis(_ updates: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "addingAlongAxis")
    let indices = Indices.require(indices, length: shape[axis], in: "addingAlongAxis")
    return self
      + apply(PutAlongAxisPrimitive(.add, axis: axis, target: shape), [updates, indices])
  }

  /// For integers 0..<count: a new last axis of length `count` that is 1 at the integer's place and 0
  /// elsewhere.
  public func oneHot(_ count: Int, _ dataType: DataType = .float32) -> Tensor {
    let places = Indices.require(to(.int64), length: count, in: "oneHot")
    return (places.unsqueezed(-1) .== Tensor.range(0..<count)).to(dataType)
  }
}

/// An index worked out for one shape.
private struct IndexPlan {
  /// One slice for each axis of the tensor.
  var slices: [AxisSlice] = []
  /// The result's shape, once picked axes are gone and new ones are there.
  var result: Shape = []

  init(_ indices: [TensorIndex], _ shape: Shape) throws(ShapeError) {
    var taken = 0
    var ellipses = 0
    for index in indices {
      switch index.component {
      case .at, .range: taken += 1
      case .ellipsis: ellipses += 1
      case .newAxis: break
      }
    }
    if ellipses > 1 { throw ShapeError("subscript", "more than one ellipsis") }
    if taken > shape.rank {
      throw ShapeError("subscript", "\(taken) indices for the \(shape.rank) axes of \(shape)")
    }
    for index in ellipses == 0 ? indices + [.ellipsis] : indices {
      let axis = slices.count
      switch index.component {
      case .newAxis: result.lengths.append(1)
      case .ellipsis:
        for axis in axis..<axis + shape.rank - taken {
          slices.append(AxisSlice(start: 0, count: shape[axis]))
          result.lengths.append(shape[axis])
        }
      case .at(let place):
        let start = place < 0 ? place + shape[axis] : place
        guard start >= 0 && start < shape[axis] else {
          throw ShapeError(
            "subscript", "index \(place) lies outside axis \(axis) of \(shape)")
        }
        slices.append(AxisSlice(start: start, count: 1))
      case .range(let start, let end, let step):
        let slice = try IndexPlan.slice(start, end, step, length: shape[axis])
        slices.append(slice)
        result.lengths.append(slice.count)
      }
    }
  }

  /// Python's rule for slices.
  private static func slice(
    _ start: Int?, _ end: Int?, _ step: Int, length: Int
  ) throws(ShapeError) -> AxisSlice {
    if step == 0 { throw ShapeError("subscript", "a step of 0") }
    func cut(_ bound: Int, _ limits: ClosedRange<Int>) -> Int {
      let bound = bound < 0 ? bound + length : bound
      return min(max(bound, limits.lowerBound), limits.upperBound)
    }
    if step > 0 {
      let first = start.map { cut($0, 0...length) } ?? 0
      let last = end.map { cut($0, 0...length) } ?? length
      return AxisSlice(
        start: min(first, max(length - 1, 0)), step: step,
        count: max(0, (last - first + step - 1) / step))
    }
    let first = start.map { cut($0, -1...max(length - 1, -1)) } ?? length - 1
    let last = end.map { cut($0, -1...max(length - 1, -1)) } ?? -1
    return AxisSlice(
      start: max(first, 0), step: step, count: max(0, (first - last - step - 1) / -step))
  }
}
