import Arrays

extension Tensor {
  /// The order that sorts along an axis, the last by default: int64 indices. Stable; NaN counts as
  /// larger than everything.
  public func argsort(along axis: Int = -1, descending: Bool = false) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "argsort")
    let indices = NDArray(uninitialized: Layout(contiguous: shape), .int64)
    ThreadState.backend.sort(
      array, axis: axis, isDescending: descending, values: nil, indices: indices)
    return Tensor(indices)
  }

  /// The elements sorted along an axis, and where each came from. Stable; NaN counts as larger than
  /// everything. The cotangent goes back to where each element came from.
  public func sorted(
    along axis: Int = -1, descending: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    let axis = Axes.require(axis, rank: rank, in: "sorted")
    let indices = argsort(along: axis, descending: descending)
    return (apply(TakeAlongAxisPrimitive(axis: axis), [self, indices]), indices)
  }

  /// The `count` largest elements along an axis in descending order (or the smallest in ascending
  /// order), and where each came from.
  public func topK(
    _ count: Int, along axis: Int = -1, largest: Bool = true
  ) -> (values: Tensor, indices: Tensor) {
    let axis = Axes.require(axis, rank: rank, in: "topK")
    if count < 0 || count > shape[axis] {
      stop("topK: \(count) elements of axis \(axis) of \(shape), which has \(shape[axis])")
    }
    let indices = argsort(along: axis, descending: largest).prefix(count, along: axis).contiguous()
    return (apply(TakeAlongAxisPrimitive(axis: axis), [self, indices]), indices)
  }
}
