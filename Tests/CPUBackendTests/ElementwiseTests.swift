import Arrays
import Testing

/// Element-wise families against the reference backend: every operation, and every layout.
@Suite(.onEveryProcessor)
struct ElementwiseTests {
  static let unary: [UnaryOperation] = [
    .negate, .absolute, .sign, .square, .exp, .expm1, .log, .log1p, .sqrt, .reciprocalSquareRoot,
    .reciprocal, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh,
    .erf, .floor, .ceil, .round, .sigmoid, .relu, .softplus, .gelu, .geluTanh, .silu, .scale(1.7),
    .shift(-0.3), .power(2), .power(3), .power(-1), .power(1.5), .clamp(lower: -1, upper: 2),
    .leakyReLU(0.1),
  ]

  @Test("every unary operation", arguments: unary)
  func unaryOperation(_ operation: UnaryOperation) {
    for shape in [Shape([33]), Shape([20_000])] {
      let input = Arrangement.contiguous.array(shape)
      expectAgreement("\(operation) \(shape)", tolerance: 4e-6) { backend in
        let output = result(shape)
        backend.unary(operation, input, into: output)
        return [output]
      }
    }
  }

  @Test("unary operations in every layout", arguments: shapes)
  func unaryLayouts(_ shape: Shape) {
    for arrangement in Arrangement.allCases {
      let input = arrangement.array(shape)
      for isChannelsLast in [false, true] {
        expectAgreement("tanh \(shape) \(arrangement)") { backend in
          let output = result(shape, isChannelsLast: isChannelsLast)
          backend.unary(.tanh, input, into: output)
          return [output]
        }
      }
    }
  }

  static let floating = BinaryOperation.allCases.filter {
    ![.logicalAnd, .logicalOr, .logicalXor].contains($0)
  }

  @Test("every binary operation", arguments: floating)
  func binaryOperation(_ operation: BinaryOperation) {
    let shape: Shape = [40_000]
    let a = Arrangement.contiguous.array(shape), b = Arrangement.contiguous.array(shape, seed: 2)
    let number = Arrangement.contiguous.array([1], seed: 3)
    let scalar = number.view(Layout(shape: shape, strides: [0]))
    for (x, y) in [(a, b), (a, scalar), (scalar, b), (scalar, scalar)] {
      expectAgreement("\(operation)", tolerance: 4e-6) { backend in
        let output = result(shape)
        backend.binary(operation, x, y, into: output)
        return [output]
      }
    }
  }

  @Test("binary operations in every pair of layouts", arguments: shapes)
  func binaryLayouts(_ shape: Shape) {
    for first in Arrangement.allCases {
      for second in Arrangement.allCases {
        let a = first.array(shape), b = second.array(shape, seed: 2)
        expectAgreement("add \(shape) \(first) \(second)") { backend in
          let output = result(shape, isChannelsLast: first == .channelsLast)
          backend.binary(.add, a, b, into: output)
          return [output]
        }
      }
    }
  }

  @Test("comparison and selection", arguments: shapes)
  func comparison(_ shape: Shape) {
    for arrangement in Arrangement.allCases {
      for dataType in [DataType.float32, .int64, .int32] {
        let a = arrangement.array(shape, seed: 1, dataType)
        let b = Arrangement.contiguous.array(shape, seed: 2, dataType)
        for operation in ComparisonOperation.allCases {
          expectAgreement("\(operation) \(dataType) \(shape) \(arrangement)") { backend in
            let output = result(shape, .bool)
            backend.compare(operation, a, b, into: output)
            return [output]
          }
        }
      }
      let a = arrangement.array(shape), b = Arrangement.contiguous.array(shape, seed: 2)
      let condition = result(shape, .bool)
      reference.compare(.less, a, b, into: condition)
      let zero = numbers([1], 5, .float32).view(
        Layout(shape: shape, strides: [Int](repeating: 0, count: shape.rank)))
      for (x, y) in [(a, b), (a, zero), (zero, b)] {
        expectAgreement("select \(shape) \(arrangement)") { backend in
          let output = result(shape)
          backend.select(condition, x, y, into: output)
          return [output]
        }
      }
    }
  }
}
