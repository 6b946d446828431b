import Arrays
import ReferenceBackend

let reference = ReferenceBackend()

/// A row-major array of these values.
func array<Element: Scalar>(_ values: [Element], _ shape: Shape) -> NDArray {
  let array = NDArray(uninitialized: Layout(contiguous: shape), Element.dataType)
  for (i, value) in values.enumerated() { array.pointer(as: Element.self)[i] = value }
  return array
}

func vector<Element: Scalar>(_ values: [Element]) -> NDArray { array(values, [values.count]) }

/// A row-major array of another type, filled by conversion.
func array(_ values: [Double], _ shape: Shape, _ dataType: DataType) -> NDArray {
  let result = empty(shape, dataType)
  reference.copy(array(values, shape), into: result)
  return result
}

func empty(_ shape: Shape, _ dataType: DataType) -> NDArray {
  NDArray(uninitialized: Layout(contiguous: shape), dataType)
}

/// All elements, row-major, as `Double`.
func values(_ array: NDArray) -> [Double] {
  let result = empty(array.shape, .float64)
  reference.copy(array, into: result)
  return (0..<result.count).map { result.pointer(as: Double.self)[$0] }
}

/// The view with its axes in this order.
func permuted(_ array: NDArray, _ axes: [Int]) -> NDArray {
  array.view(
    Layout(
      shape: Shape(axes.map { array.shape[$0] }), strides: axes.map { array.strides[$0] },
      offset: array.layout.offset))
}

/// The view with one axis reversed.
func reversed(_ array: NDArray, _ axis: Int) -> NDArray {
  var strides = array.strides
  let offset = array.layout.offset + (array.shape[axis] - 1) * strides[axis]
  strides[axis] = -strides[axis]
  return array.view(Layout(shape: array.shape, strides: strides, offset: offset))
}

/// A vector stretched to so many equal rows.
func rows(_ array: NDArray, _ count: Int) -> NDArray {
  array.view(
    Layout(
      shape: [count, array.shape[0]], strides: [0, array.strides[0]], offset: array.layout.offset))
}

/// Equal within a relative or absolute tolerance, NaN equal to NaN.
func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-6) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { x, y in
      x == y || (x.isNaN && y.isNaN) || abs(x - y) <= tolerance * max(1, abs(y))
    }
}

let numericTypes = DataType.allCases.filter { $0 != .bool }
let floatingTypes = DataType.allCases.filter(\.isFloatingPoint)
