import Arrays
import CPUBackend

/// How the matrices of the last two axes lie.
extension Layout {
  /// Whether rows or columns are consecutive, as libraries want them.
  var isMatrix: Bool {
    let (rows, columns) = (rank - 2, rank - 1)
    return (strides[columns] == 1 || shape[columns] == 1) && strides[rows] >= shape[columns]
      || (strides[rows] == 1 || shape[rows] == 1) && strides[columns] >= shape[rows]
  }

  /// Whether the elements of a row are consecutive, and rows do not overlap.
  var hasPlainRows: Bool {
    rank >= 2 && (strides[rank - 1] == 1 || shape[rank - 1] == 1)
      && (strides[rank - 2] >= shape[rank - 1] || shape[rank - 2] == 1)
  }

  /// The last two axes.
  var matrix: Layout {
    Layout(
      shape: Shape(shape.suffix(2)), strides: Array(strides.suffix(2)), offset: offset)
  }
}

extension PlainOrder {
  /// How a matrix [depth, columns] lies; nil where neither its rows nor its columns are consecutive.
  init?(_ layout: Layout) {
    let (depth, columns) = (layout.shape[0], layout.shape[1])
    if layout.strides[1] == 1 || columns == 1, layout.strides[0] >= columns {
      self = .rowMajor(stride: layout.strides[0])
    } else if layout.strides[0] == 1 || depth == 1, layout.strides[1] >= depth {
      self = .transposed(stride: layout.strides[1])
    } else {
      return nil
    }
  }
}
