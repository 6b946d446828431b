import Arrays

/// A matrix as libraries want it: row-major with `leadingDimension` elements from row to row, or,
/// where `isTransposed`, its transpose so.
struct MatrixView<Element> {
  var pointer: UnsafePointer<Element>
  var leadingDimension: Int
  var isTransposed: Bool

  /// The part that begins at this row and column.
  func from(row: Int, column: Int) -> MatrixView {
    let offset =
      isTransposed ? column * leadingDimension + row : row * leadingDimension + column
    return MatrixView(
      pointer: pointer + offset, leadingDimension: leadingDimension, isTransposed: isTransposed)
  }
}

/// The strides of an operand of `matmul`: two of the matrix, and those of the batch axes before it.
struct MatrixOperand {
  let array: NDArray
  let rows: Int
  let columns: Int

  init(_ array: NDArray) {
    self.array = array
    rows = array.shape[array.rank - 2]
    columns = array.shape[array.rank - 1]
  }

  var rowStride: Int { array.strides[array.rank - 2] }
  var columnStride: Int { array.strides[array.rank - 1] }

  /// How far matrix number `batch`, counted row-major over the batch axes, is from the first.
  func offset(batch: Int) -> Int {
    if batch == 0 { return 0 }
    var rest = batch
    var offset = 0
    for axis in stride(from: array.rank - 3, through: 0, by: -1) {
      let length = array.shape[axis]
      offset += rest % length * array.strides[axis]
      rest /= length
    }
    return offset
  }

  /// The one matrix that all of a batch are, or nil where they are not.
  static func shared(_ array: NDArray) -> NDArray? {
    let rank = array.rank
    for axis in 0..<rank - 2 where array.strides[axis] != 0 && array.shape[axis] != 1 {
      return nil
    }
    return array.view(
      Layout(
        shape: [array.shape[rank - 2], array.shape[rank - 1]],
        strides: [array.strides[rank - 2], array.strides[rank - 1]], offset: array.layout.offset))
  }

  /// A batch as one tall matrix, or nil where its rows are not equally far apart.
  static func tall(_ array: NDArray) -> NDArray? {
    let rank = array.rank
    var rows = array.shape[rank - 2]
    for axis in stride(from: rank - 3, through: 0, by: -1) where array.shape[axis] != 1 {
      if array.strides[axis] != rows * array.strides[rank - 2] { return nil }
      rows *= array.shape[axis]
    }
    return array.view(
      Layout(
        shape: [rows, array.shape[rank - 1]],
        strides: [array.strides[rank - 2], array.strides[rank - 1]], offset: array.layout.offset))
  }

  /// Nil where no leading dimension expresses the strides.
  private var leading: (dimension: Int, isTransposed: Bool)? {
    if columns == 1 || columnStride == 1 {
      if rows == 1 { return (max(columns, 1), false) }
      if rowStride >= max(columns, 1) { return (rowStride, false) }
    }
    if rows == 1 || rowStride == 1 {
      if columns == 1 { return (max(rows, 1), true) }
      if columnStride >= max(rows, 1) { return (columnStride, true) }
    }
    return nil
  }

  /// The same numbers with strides that a library can take; copied only where they cannot be.
  func arranged(by backend: CPUBackend) -> MatrixOperand {
    if leading != nil { return self }
    var lengths = array.shape.lengths
    for axis in 0..<array.rank - 2 where array.strides[axis] == 0 { lengths[axis] = 1 }
    let copy = NDArray(uninitialized: Layout(contiguous: Shape(lengths)), array.dataType)
    let source = Layout(
      shape: Shape(lengths), strides: array.strides, offset: array.layout.offset)
    backend.copy(array.view(source), into: copy)
    var strides = copy.strides
    for axis in 0..<array.rank - 2 where array.strides[axis] == 0 { strides[axis] = 0 }
    return MatrixOperand(copy.view(Layout(shape: array.shape, strides: strides)))
  }

  /// Matrix number `batch`; the strides must be arranged.
  func view<Element>(batch: Int, as type: Element.Type) -> MatrixView<Element> {
    guard let leading else { stop("matmul: strides \(array.strides) were not arranged") }
    return MatrixView(
      pointer: UnsafePointer(array.pointer(as: Element.self)) + offset(batch: batch),
      leadingDimension: leading.dimension, isTransposed: leading.isTransposed)
  }
}
