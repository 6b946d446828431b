import Arrays
import CKernels

/// The two ways in which normalization walks memory: along what is averaged (`rows`), or across
/// it, channel by channel.
enum NormalizationPattern {
  /// Per channel of [N, C, spatial…], row-major: a channel is `batch` stretches of `area`.
  case planes(batch: Int, channels: Int, area: Int)
  /// Per channel where channels are innermost: `rows` consecutive rows of `channels`.
  case columns(rows: Int, channels: Int)
  /// Over the last axes: each of `rows` rows of `length` by itself.
  case rows(rows: Int, length: Int)

  /// The pattern of a float32 array, nil where another must do the work.
  init?(_ input: NDArray, axes: [Int]) {
    guard input.dataType == .float32, input.count > 0, let first = axes.first else { return nil }
    let shape = input.shape, rank = input.rank
    if axes.count == rank - 1 && !axes.contains(1) && rank >= 2 {
      let channels = shape[1], batch = shape[0], area = input.count / (channels * batch)
      if input.isContiguous {
        self =
          area == 1
          ? .columns(rows: batch, channels: channels)
          : .planes(batch: batch, channels: channels, area: area)
        return
      }
      guard input.layout.isChannelsLast else { return nil }
      self = .columns(rows: batch * area, channels: channels)
      return
    }
    guard input.isContiguous, first + axes.count == rank, axes.last == rank - 1 else { return nil }
    var length = 1
    for axis in axes { length *= shape[axis] }
    self = .rows(rows: input.count / length, length: length)
  }
}

extension NDArray {
  /// `self`, or a copy, in the layout of `other` (at offset 0).
  func placed(like other: NDArray, by backend: CPUBackend) -> NDArray {
    if layout.hasSameStrides(as: other.layout) { return self }
    let copy = NDArray(uninitialized: Layout(shape: shape, strides: other.strides), dataType)
    backend.copy(self, into: copy)
    return copy
  }

  /// A contiguous copy of itself.
  func packed(by backend: CPUBackend) -> NDArray {
    let copy = NDArray(uninitialized: Layout(contiguous: shape), dataType)
    backend.copy(self, into: copy)
    return copy
  }

  /// The stride along channels where every other axis is constant.
  var channelStride: Int? {
    for axis in 0..<rank where axis != 1 && shape[axis] != 1 && strides[axis] != 0 { return nil }
    return strides[1]
  }
}
