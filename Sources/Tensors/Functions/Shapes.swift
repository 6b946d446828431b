import Arrays

// Views and rearrangements. Views (all here but `tiled`, `rolled`, `padded` and the joining
// functions) share memory with the tensor that they are taken from.

extension Tensor {
  /// The same elements, in row-major order, in another shape; one length may be −1 and is worked out.
  public func reshaped(to target: Shape) -> Tensor {
    if target == shape { return self }
    var target = target
    if let open = target.firstIndex(of: -1) {
      target[open] = 1
      let known = target.elementCount
      if known == 0 || count % known != 0 || target.contains(-1) {
        target[open] = -1
        stop("reshape: \(shape) has \(count) elements, which \(target) does not divide")
      }
      target[open] = count / known
    }
    if target.contains(where: { $0 < 0 }) { stop("reshape: \(target) has a negative length") }
    return apply(ReshapePrimitive(target), [self])
  }

  /// All axes from `start` on as one: [N, C, H, W] becomes [N, C·H·W] by default.
  public func flattened(from start: Int = 1) -> Tensor {
    if start == rank { return reshaped(to: Shape(shape.lengths + [1])) }
    let start = Axes.require(start, rank: rank, in: "flattened")
    return reshaped(to: Shape(shape.lengths[..<start] + [shape.lengths[start...].reduce(1, *)]))
  }

  /// Axes of length 1, and missing leading ones, stretched to a shape, without a copy.
  public func expanded(to target: Shape) -> Tensor {
    target == shape ? self : apply(ExpandPrimitive(target), [self])
  }

  /// Two axes exchanged.
  public func transposed(_ first: Int, _ second: Int) -> Tensor {
    let first = Axes.require(first, rank: rank, in: "transposed")
    let second = Axes.require(second, rank: rank, in: "transposed")
    if first == second { return self }
    var axes = Array(0..<rank)
    axes.swapAt(first, second)
    return apply(PermutePrimitive(axes), [self])
  }

  /// All axes in reverse order; the transpose of a matrix.
  public func transposed() -> Tensor {
    rank < 2 ? self : apply(PermutePrimitive(Array((0..<rank).reversed())), [self])
  }

  /// The axes in another order: axis i of the result is axis `axes[i]` of this tensor.
  public func permuted(_ axes: Int...) -> Tensor { permuted(axes) }
  /// The same for a list of axes.
  public func permuted(_ axes: [Int]) -> Tensor {
    if axes.count != rank { stop("permute: \(axes) is not an order of the axes of \(shape)") }
    return apply(
      PermutePrimitive(axes.map { Axes.require($0, rank: rank, in: "permute") }), [self])
  }

  /// Without its axes of length 1.
  public func squeezed() -> Tensor { reshaped(to: Shape(shape.filter { $0 != 1 })) }

  /// Without one axis, whose length must be 1.
  public func squeezed(_ axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "squeezed")
    if shape[axis] != 1 {
      stop("squeezed: axis \(axis) of \(shape) has length \(shape[axis]), not 1")
    }
    return dropping([axis])
  }

  /// With a new axis of length 1 before axis `axis` of the result.
  public func unsqueezed(_ axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank + 1, in: "unsqueezed")
    var lengths = shape.lengths
    lengths.insert(1, at: axis)
    return reshaped(to: Shape(lengths))
  }

  /// Some consecutive elements of one axis, without a copy.
  public func slice(_ range: Range<Int>, along axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "slice")
    if range.lowerBound == 0 && range.upperBound == shape[axis] { return self }
    var slices = shape.map { AxisSlice(start: 0, count: $0) }
    slices[axis] = AxisSlice(start: range.lowerBound, count: range.count)
    return apply(SlicePrimitive(slices), [self])
  }

  /// The first `count` elements of an axis.
  public func prefix(_ count: Int, along axis: Int = 0) -> Tensor {
    if count < 0 { stop("prefix: count \(count) is negative") }
    return slice(0..<count, along: axis)
  }

  /// The last `count` elements of an axis.
  public func suffix(_ count: Int, along axis: Int = 0) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "suffix")
    if count < 0 { stop("suffix: count \(count) is negative") }
    return slice(shape[axis] - count..<shape[axis], along: axis)
  }

  /// The elements of these axes in reverse order.
  public func flipped(_ axes: Int...) -> Tensor {
    let axes = Axes.require(axes, rank: rank, in: "flipped")
    let slices = shape.enumerated().map { axis, length in
      axes.contains(axis)
        ? AxisSlice(start: length - 1, step: -1, count: length)
        : AxisSlice(start: 0, count: length)
    }
    return apply(SlicePrimitive(slices), [self])
  }

  /// The elements moved `shift` places along an axis; what falls off one end comes in at the other.
  public func rolled(by shift: Int, along axis: Int) -> Tensor {
    let axis = Axes.require(axis, rank: rank, in: "rolled")
    let length = shape[axis]
    guard length > 0, shift % length != 0 else { return self }
    let cut = length - ((shift % length) + length) % length
    return concatenate(
      [slice(cut..<length, along: axis), slice(0..<cut, along: axis)], along: axis)
  }

  /// The tensor repeated as often as said along each axis, which are paired from the last; missing
  /// ones are added in front.
  public func tiled(_ repeats: Int...) -> Tensor { tiled(repeats) }
  /// The same for a list of numbers.
  public func tiled(_ repeats: [Int]) -> Tensor {
    if repeats.contains(where: { $0 < 0 }) { stop("tiled: \(repeats) has a negative number") }
    let rank = Swift.max(self.rank, repeats.count)
    let lengths = Array(repeating: 1, count: rank - self.rank) + shape.lengths
    let times = Array(repeating: 1, count: rank - repeats.count) + repeats
    let split = reshaped(to: Shape(lengths.flatMap { [1, $0] }))
    let stretched = split.expanded(to: Shape(zip(times, lengths).flatMap { [$0, $1] }))
    return stretched.reshaped(to: Shape(zip(times, lengths).map(*)))
  }

  /// How the elements beyond a tensor's edge are made up.
  public enum PaddingMode: Sendable {
    /// A constant, 0 by default.
    case constant(Double = 0)
    /// The edge's element again and again.
    case edge
    /// The elements before the edge in reverse, without the edge itself.
    case reflect
    /// The other end's elements.
    case circular
  }

  /// With elements added before and after each axis, in order of the axes.
  public func padded(
    _ widths: [(before: Int, after: Int)], mode: PaddingMode = .constant()
  ) -> Tensor {
    if widths.count != rank {
      stop("pad: \(widths.count) pairs of widths for the \(rank) axes of \(shape)")
    }
    if widths.contains(where: { $0.before < 0 || $0.after < 0 }) {
      stop("pad: widths must not be negative; slice instead")
    }
    guard case .constant(let value) = mode else { return padded(widths, repeating: mode) }
    let target = Shape(zip(shape, widths).map { $0 + $1.before + $1.after })
    let slices = zip(shape, widths).map { AxisSlice(start: $1.before, count: $0) }
    let placed = apply(PlacePrimitive(slices, in: target), [self])
    if value == 0 { return placed }
    let mask = apply(PlacePrimitive(slices, in: target), [Tensor.ones(shape, .bool)])
    return `where`(mask, placed, value)
  }

  private func padded(
    _ widths: [(before: Int, after: Int)], repeating mode: PaddingMode
  ) -> Tensor {
    var result = self
    for (axis, width) in widths.enumerated() where width.before + width.after > 0 {
      let length = shape[axis]
      if length == 0 { stop("pad: axis \(axis) of \(shape) is empty, so nothing can be repeated") }
      let places = (-width.before..<length + width.after).map { place -> Int in
        switch mode {
        case .constant, .edge: return Swift.min(Swift.max(place, 0), length - 1)
        case .circular: return ((place % length) + length) % length
        case .reflect:
          let period = Swift.max(2 * (length - 1), 1)
          let folded = ((place % period) + period) % period
          return folded < length ? folded : period - folded
        }
      }
      result = apply(TakePrimitive(axis: axis), [result, Tensor(places)])
    }
    return result
  }

  /// Equal parts along an axis, whose length `count` must divide.
  public func split(into count: Int, along axis: Int = 0) -> [Tensor] {
    let axis = Axes.require(axis, rank: rank, in: "split")
    if count <= 0 || shape[axis] % count != 0 {
      stop("split: axis \(axis) of \(shape) does not divide into \(count) equal parts")
    }
    return split(lengths: Array(repeating: shape[axis] / count, count: count), along: axis)
  }

  /// Parts of the given lengths along an axis, which they must fill.
  public func split(lengths: [Int], along axis: Int = 0) -> [Tensor] {
    let axis = Axes.require(axis, rank: rank, in: "split")
    if lengths.reduce(0, +) != shape[axis] || lengths.contains(where: { $0 < 0 }) {
      stop("split: lengths \(lengths) do not fill axis \(axis) of \(shape)")
    }
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return slice(start..<start + length, along: axis)
    }
  }
}

/// Tensors one after another along an axis; all other axes are equal.
public func concatenate(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { stop("concatenate: needs at least one tensor") }
  let axis = Axes.require(axis, rank: first.rank, in: "concatenate")
  return tensors.count == 1 ? first : apply(ConcatenatePrimitive(axis: axis), tensors)
}

/// Tensors of one shape side by side along a new axis.
public func stack(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { stop("stack: needs at least one tensor") }
  let axis = Axes.require(axis, rank: first.rank + 1, in: "stack")
  if let odd = tensors.firstIndex(where: { $0.shape != first.shape }) {
    stop("stack: tensor \(odd) has shape \(tensors[odd].shape), tensor 0 \(first.shape)")
  }
  return concatenate(tensors.map { $0.unsqueezed(axis) }, along: axis)
}
