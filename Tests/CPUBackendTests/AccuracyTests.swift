import Arrays
import Foundation
import Testing

/// The polynomials of `mathematics.h` against the C library's double precision, in units in the
/// last place of float32, over a sweep of all exponents and at special values.
@Suite(.onEveryProcessor) struct AccuracyTests {
  /// An operation, the function it stands for, and the bound on its error.
  struct Function: Sendable, CustomTestStringConvertible {
    var operation: UnaryOperation
    var bound: Double
    var exact: @Sendable (Double) -> Double
    var testDescription: String { "\(operation) within \(bound) ulp" }
  }

  static let functions = [
    Function(operation: .exp, bound: 1.5) { exp($0) },
    Function(operation: .expm1, bound: 2) { expm1($0) },
    Function(operation: .log, bound: 1) { log($0) },
    Function(operation: .log1p, bound: 2) { log1p($0) },
    Function(operation: .tanh, bound: 2) { tanh($0) },
    Function(operation: .sigmoid, bound: 2.5) {
      let e = exp(-abs($0))
      return ($0 < 0 ? e : 1) / (1 + e)
    },
    Function(operation: .softplus, bound: 2.5) { max($0, 0) + log1p(exp(-abs($0))) },
    Function(operation: .erf, bound: 2.5) { erf($0) },
  ]

  static let special: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1,
    88.722839, 88.72284, -87.33655, -103.97208, -103.97209, -104.5,
  ]

  @Test("vector functions against float64", arguments: functions)
  func sweep(_ function: Function) {
    var inputs = Self.special
    for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 8_191) {
      inputs.append(Float(bitPattern: bits))
      inputs.append(-Float(bitPattern: bits))
    }
    for i in -200_000..<200_000 { inputs.append(Float(i) * 0.0006) }
    let x = result([inputs.count]), y = result([inputs.count])
    for (i, value) in inputs.enumerated() { x.pointer(as: Float.self)[i] = value }
    cpu.unary(function.operation, x, into: y)
    var worst = 0.0, place: Float = 0
    for (value, found) in zip(inputs, values(y)) {
      let exact = function.exact(Double(value))
      let expected = Float(exact)
      if expected.isNaN && found.isNaN || Double(expected) == found { continue }
      let unit = expected.isFinite ? Double(expected.ulp) : 0
      let error = abs(found - exact) / unit
      if !(error <= worst) { (worst, place) = (error, value) }
    }
    #expect(worst <= function.bound, "\(worst) ulp at \(place)")
  }
}
