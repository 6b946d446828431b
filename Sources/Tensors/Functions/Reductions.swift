import Arrays

// Reductions fold axes away, all of them by default; negative axes count from the end. With
// `keepingAxes` a folded axis stays with length 1, so that the result broadcasts against the input.

extension Tensor {
  private func folded(
    _ operation: ReductionOperation, _ axes: [Int], _ keepingAxes: Bool
  ) -> Tensor {
    let axes = Axes.require(axes, rank: rank, in: operation.name)
    return apply(ReducePrimitive(operation, axes: axes, keepsAxes: keepingAxes), [self])
  }

  private func folded(_ operation: ReductionOperation) -> Tensor {
    apply(ReducePrimitive(operation, axes: allAxes, keepsAxes: false), [self])
  }

  var allAxes: [Int] { Array(0..<rank) }

  /// A view without these axes (ascending, from 0), all of length 1.
  func dropping(_ axes: [Int]) -> Tensor {
    if axes.isEmpty { return self }
    if axes.count == rank { return reshaped(to: []) }
    return reshaped(to: Shape(shape.indices.filter { !axes.contains($0) }.map { shape[$0] }))
  }

  /// Σx over all elements, of the tensor's own element type: integers wrap around where it cannot
  /// hold their sum, so convert small ones with `to(.int64)` first. 0 where there is none.
  public func sum() -> Tensor { folded(.sum) }
  /// Σx along axes.
  public func sum(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.sum, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func sum(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.sum, axes, keepingAxes)
  }

  /// Σx / n over all elements; NaN where there is none.
  public func mean() -> Tensor { folded(.mean) }
  /// Σx / n along axes.
  public func mean(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.mean, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func mean(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.mean, axes, keepingAxes)
  }

  /// Πx over all elements, of the tensor's own element type as `sum()`; 1 where there is none.
  public func product() -> Tensor { folded(.product) }
  /// Πx along axes.
  public func product(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.product, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func product(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.product, axes, keepingAxes)
  }

  /// The largest element; NaN where one is NaN. Equal extrema share the cotangent. Stops where there
  /// is no element.
  public func max() -> Tensor { folded(.maximum) }
  /// The largest elements along axes.
  public func max(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.maximum, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func max(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.maximum, axes, keepingAxes)
  }

  /// The smallest element; NaN where one is NaN.
  public func min() -> Tensor { folded(.minimum) }
  /// The smallest elements along axes.
  public func min(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.minimum, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func min(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.minimum, axes, keepingAxes)
  }

  /// Whether any element of a bool tensor holds; false where there is none.
  public func any() -> Tensor { folded(.any) }
  /// Whether any element along axes holds.
  public func any(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.any, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func any(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.any, axes, keepingAxes)
  }

  /// Whether all elements of a bool tensor hold; true where there is none.
  public func all() -> Tensor { folded(.all) }
  /// Whether all elements along axes hold.
  public func all(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    folded(.all, axes, keepingAxes)
  }
  /// The same for a list of axes.
  public func all(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    folded(.all, axes, keepingAxes)
  }

  /// The index (int64) of the first largest element of the tensor in row-major order.
  public func argmax() -> Tensor { reshaped(to: [-1]).argmax(along: 0) }
  /// The index (int64) of the first largest element along an axis; the first NaN counts as largest.
  public func argmax(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    argument(.maximum, axis, keepingAxes)
  }
  /// The index (int64) of the first smallest element of the tensor in row-major order.
  public func argmin() -> Tensor { reshaped(to: [-1]).argmin(along: 0) }
  /// The index (int64) of the first smallest element along an axis; the first NaN counts as smallest.
  public func argmin(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    argument(.minimum, axis, keepingAxes)
  }

  private func argument(
    _ operation: ArgumentReduction, _ axis: Int, _ keepingAxes: Bool
  ) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: operation == .maximum ? "argmax" : "argmin")
    let result = apply(ArgumentReducePrimitive(operation, axis: axis), [self])
    return keepingAxes ? result : result.dropping([axis])
  }

  /// log Σeˣ over all elements, without overflow; −∞ where all are −∞ or there is none.
  public func logSumExp() -> Tensor { logSumExp(along: allAxes) }
  /// log Σeˣ along axes.
  public func logSumExp(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    logSumExp(along: axes, keepingAxes: keepingAxes)
  }
  /// The same for a list of axes.
  public func logSumExp(along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let axes = Axes.require(axes, rank: rank, in: "logSumExp")
    if axes.contains(where: { shape[$0] == 0 }) {
      return log(exp(self).sum(along: axes, keepingAxes: keepingAxes))
    }
    let largest = detached().max(along: axes, keepingAxes: true)
    // An infinite maximum must not be subtracted from itself.
    let pivot = `where`(largest.isFinite, largest, 0)
    let sum = log(exp(self - pivot).sum(along: axes, keepingAxes: true)) + pivot
    return keepingAxes ? sum : sum.dropping(axes)
  }

  /// Running sums along an axis: yᵢ = x₀ + … + xᵢ.
  public func cumulativeSum(along axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "cumulativeSum")
    return apply(ScanPrimitive(.sum, axis: axis, isReversed: false), [self])
  }

  /// Running products along an axis: yᵢ = x₀ · … · xᵢ.
  public func cumulativeProduct(along axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "cumulativeProduct")
    return apply(ScanPrimitive(.product, axis: axis, isReversed: false), [self])
  }

  /// Sums over axes that a broadcast stretched, back to `target`: the adjoint of `expanded(to:)`.
  package func summed(to target: Shape) -> Tensor {
    if shape == target { return self }
    let added = rank - target.rank
    var axes = Array(0..<added)
    for axis in 0..<target.rank where target[axis] == 1 && shape[axis + added] != 1 {
      axes.append(axis + added)
    }
    let sum = axes.isEmpty ? self : apply(ReducePrimitive(.sum, axes: axes), [self])
    return sum.reshaped(to: target)
  }
}
