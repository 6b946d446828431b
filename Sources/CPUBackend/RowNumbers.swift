import Arrays

/// Scales or shifts of rows that are normalized by themselves, where they repeat in runs: one for
/// every element (layer normalization), for every channel of a group, or for the whole row.
struct RowNumbers {
  private let base: UnsafeMutablePointer<Float>?
  private var rowLoops = LoopNest.single
  private let step: Int
  /// How many consecutive elements of a row share a number.
  let run: Int

  /// nil where the numbers follow no such pattern; `firstAxis` begins the row.
  init?(_ array: NDArray?, firstAxis: Int, length: Int) {
    guard let array else {
      (base, step, run) = (nil, 0, length)
      return
    }
    guard array.dataType == .float32 else { return nil }
    base = array.pointer(as: Float.self)
    var run = 1, axis = array.rank - 1
    while axis >= firstAxis, array.strides[axis] == 0 || array.shape[axis] == 1 {
      run *= array.shape[axis]
      axis -= 1
    }
    var step = 0, covered = 1
    while axis >= firstAxis {
      if array.shape[axis] != 1 {
        if covered == 1 { step = array.strides[axis] }
        guard array.strides[axis] == step * covered else { return nil }
        covered *= array.shape[axis]
      }
      axis -= 1
    }
    (self.run, self.step) = (run, step)
    for axis in stride(from: firstAxis - 1, through: 0, by: -1) where array.shape[axis] != 1 {
      rowLoops.enclose(length: array.shape[axis], stride: array.strides[axis], outputStride: 0)
    }
  }

  /// Whether a row's numbers, one for each element, lie next to one another (or there are none).
  var isDense: Bool { base == nil || run == 1 && step == 1 }

  /// Whether all rows share the same numbers.
  var isShared: Bool { rowLoops.isSingle || rowLoops.isConstant }

  func pointer(row: Int) -> UnsafePointer<Float>? {
    base.map { UnsafePointer($0 + rowLoops.offsets(row).input) }
  }

  func value(row: Int, at index: Int, absent: Float) -> Float {
    guard let base else { return absent }
    return base[rowLoops.offsets(row).input + index / run * step]
  }
}
