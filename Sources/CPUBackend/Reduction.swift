import Arrays
import CKernels

extension CPUBackend {
  package func reduce(
    _ operation: ReductionOperation, _ input: NDArray, axes: [Int], into output: NDArray
  ) {
    guard input.dataType == .float32, let code = operation.code, input.count > 0 else {
      return reference.reduce(operation, input, axes: axes, into: output)
    }
    let factor = operation == .mean ? Double(output.count) / Double(input.count) : 1
    let fold = Fold(
      code: code, factor: factor, x: input.pointer(as: Float.self),
      y: output.pointer(as: Float.self))
    if input.isContiguous && axes.count == input.rank {
      return fold.rows(kept: .single, repeats: .single, rows: 1, stride: 0, length: input.count)
    }
    if input.isContiguous && output.isContiguous, let (before, after) = split(input, axes) {
      if input.count <= Grain.polynomial {
        return axes.first == 0
          ? fold.smallColumns(rows: before, columns: after)
          : fold.smallRows(rows: before, length: after)
      }
      if axes.first == 0 {
        return fold.columns(
          kept: .single, repeats: .single, rows: before, stride: after, columns: after,
          outputStride: 1)
      }
      return fold.rows(
        kept: LoopNest(length: before, stride: after, outputStride: 1), repeats: .single, rows: 1,
        stride: 0, length: after)
    }
    reduceStrided(operation, fold, input, axes: axes, into: output)
  }

  /// The element counts of the axes on both sides, where `axes` are the first or the last ones.
  private func split(_ input: NDArray, _ axes: [Int]) -> (Int, Int)? {
    guard let first = axes.first, let last = axes.last, last - first + 1 == axes.count,
      first == 0 || last == input.rank - 1
    else { return nil }
    let boundary = first == 0 ? last + 1 : first
    var before = 1, after = 1
    for axis in 0..<boundary { before *= input.shape[axis] }
    for axis in boundary..<input.rank { after *= input.shape[axis] }
    return (before, after)
  }

  /// Any axes of any layout: memory order decides which loops are inside; an input whose elements
  /// are not consecutive along any axis is made so first.
  private func reduceStrided(
    _ operation: ReductionOperation, _ fold: Fold, _ input: NDArray, axes: [Int],
    into output: NDArray
  ) {
    var kept = LoopNest.single, reduced = LoopNest.single
    var inner: (length: Int, outputStride: Int, isReduced: Bool)?
    let order = input.shape.indices.filter { input.shape[$0] != 1 }
      .sorted { abs(input.strides[$0]) < abs(input.strides[$1]) }
    if let first = order.first, input.strides[first] != 1 {
      let dense = NDArray(uninitialized: Layout(contiguous: input.shape), input.dataType)
      copy(input, into: dense)
      reduce(operation, dense, axes: axes, into: output)
      return extendLifetime(dense)
    }
    for axis in order {
      let isReduced = axes.contains(axis)
      let length = input.shape[axis], stride = input.strides[axis]
      let outputStride = isReduced ? 0 : output.strides[axis]
      if let known = inner {
        // The innermost loop takes in whatever continues it.
        if kept.isSingle, reduced.isSingle, known.isReduced == isReduced, stride == known.length,
          isReduced || outputStride == known.outputStride * known.length
        {
          inner?.length *= length
        } else if isReduced {
          reduced.enclose(length: length, stride: stride, outputStride: 0)
        } else {
          kept.enclose(length: length, stride: stride, outputStride: outputStride)
        }
      } else {
        inner = (length, outputStride, isReduced)
      }
    }
    let innermost = inner ?? (1, 1, true)
    let (rows, stride) = reduced.removeInnermost()
    if innermost.isReduced {
      fold.rows(
        kept: kept, repeats: reduced, rows: rows, stride: stride, length: innermost.length)
    } else {
      fold.columns(
        kept: kept, repeats: reduced, rows: rows, stride: stride, columns: innermost.length,
        outputStride: innermost.outputStride)
    }
  }
}

extension ReductionOperation {
  /// nil where there is no kernel.
  var code: kernel_reduction? {
    switch self {
    case .sum, .mean: KERNEL_TOTAL
    case .maximum: KERNEL_LARGEST
    case .minimum: KERNEL_SMALLEST
    case .product, .any, .all: nil
    }
  }
}
