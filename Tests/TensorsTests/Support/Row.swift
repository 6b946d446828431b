import Arrays
import Tensors
import Testing

/// One row of a table: what is computed and what NumPy gives for it.
struct Row: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: Shape
  let numbers: [Double]
  let dataType: DataType
  let compute: @Sendable () -> Tensor

  init(
    _ name: String, _ shape: Shape, _ numbers: [Double], _ dataType: DataType = .float32,
    _ compute: @escaping @Sendable () -> Tensor
  ) {
    self.name = name
    self.shape = shape
    self.numbers = numbers
    self.dataType = dataType
    self.compute = compute
  }

  var testDescription: String { name }

  /// Expects the row's numbers on both backends.
  func check(_ tolerance: Tolerance? = nil) {
    onBothBackends { backend in
      let actual = compute()
      #expect(actual.dataType == dataType, "\(name) on \(backend)")
      expectTensor(
        actual, shape, numbers, tolerance ?? .rounding(dataType).ofEach, "\(name) on \(backend)")
    }
  }
}

/// Collects the rows of a table one statement at a time, which keeps type checking fast.
@resultBuilder
enum Rows {
  static func buildExpression(_ row: Row) -> [Row] { [row] }
  static func buildExpression(_ rows: [Row]) -> [Row] { rows }
  static func buildBlock(_ parts: [Row]...) -> [Row] { parts.flatMap { $0 } }
  static func buildArray(_ parts: [[Row]]) -> [Row] { parts.flatMap { $0 } }
}

func table(@Rows _ rows: () -> [Row]) -> [Row] { rows() }

let nan = Double.nan
let inf = Double.infinity
