import Arrays
import CPUBackend

/// Which values of a graph hold one known number in every place, and the constants that show it.
struct UniformValues {
  /// The number of each value, as its element type holds it; nil where it is not known or not one.
  private(set) var number: [Double?]
  /// One-element constants by what they hold.
  private var scalars: [ScalarKey: Int] = [:]

  private struct ScalarKey: Hashable {
    let dataType: DataType
    let bits: UInt64
  }

  init(_ graph: Graph) {
    number = graph.values.map { value in
      guard case .constant(let array) = value.origin, array.count == 1 else { return nil }
      return UniformValues.number(in: array)
    }
  }

  /// The number of an array of one element; nil where `Double` does not hold it exactly, and for NaN,
  /// which has many forms.
  static func number(in array: NDArray) -> Double? {
    let wide = NDArray(allocated: Layout(contiguous: [1]), .float64)
    return withExtendedLifetime((array, wide)) {
      CPUBackend().copy(
        array.view(Layout(shape: [1], strides: [0], offset: array.layout.offset)),
        into: wide)
      let number = wide.pointer(as: Double.self).pointee
      return number.isNaN || array.dataType == .int64 && abs(number) > 0x1p53 ? nil : number
    }
  }

  /// The number of an array of one element that holds `value` converted to an element type.
  static func rounded(_ value: Double, to dataType: DataType) -> Double? {
    let array = NDArray(allocated: Layout(contiguous: [1]), dataType)
    CPUBackend().fill(array, with: value)
    return number(in: array)
  }

  subscript(operand: Graph.Operand) -> Double? { number[operand.value] }

  mutating func set(_ value: Int, to number: Double?) { self.number[value] = number }

  /// A view, of one shape, of a constant that holds a number everywhere.
  mutating func operand(
    _ number: Double, _ dataType: DataType, shape: Shape, in graph: inout Graph
  ) -> Graph.Operand {
    let key = ScalarKey(dataType: dataType, bits: number.bitPattern)
    let layout = Layout(shape: shape, strides: Array(repeating: 0, count: shape.rank))
    if let value = scalars[key] { return Graph.Operand(value, layout) }
    let array = NDArray(allocated: Layout(contiguous: []), dataType)
    CPUBackend().fill(array, with: number)
    graph.values.append(Graph.Value(array.layout, dataType, .constant(array)))
    self.number.append(number)
    scalars[key] = graph.values.count - 1
    return Graph.Operand(graph.values.count - 1, layout)
  }
}
