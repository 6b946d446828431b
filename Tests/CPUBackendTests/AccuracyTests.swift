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
    Function(operation: .tanh, bound: 2.5) { tanh($0) },
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

  /// The special values, all exponents, and a dense sweep around zero.
  static let inputs: [Float] = {
    var inputs = special
    for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 8_191) {
      inputs.append(Float(bitPattern: bits))
      inputs.append(-Float(bitPattern: bits))
    }
    for i in -200_000..<200_000 { inputs.append(Float(i) * 0.0006) }
    return inputs
  }()

  /// The sweep as an array, and one for results.
  private func arrays() -> (x: NDArray, y: NDArray) {
    let x = result([Self.inputs.count])
    for (i, value) in Self.inputs.enumerated() { x.pointer(as: Float.self)[i] = value }
    return (x, result([Self.inputs.count]))
  }

  @Test("vector functions against float64", arguments: functions)
  func sweep(_ function: Function) {
    let (x, y) = arrays()
    cpu.unary(function.operation, x, into: y)
    var worst = 0.0, place: Float = 0
    for (value, found) in zip(Self.inputs, values(y)) {
      let exact = function.exact(Double(value))
      let expected = Float(exact)
      if expected.isNaN && found.isNaN || Double(expected) == found { continue }
      let unit = expected.isFinite ? Double(expected.ulp) : 0
      let error = abs(found - exact) / unit
      if !(error <= worst) { (worst, place) = (error, value) }
    }
    #expect(worst <= function.bound, "\(worst) ulp at \(place)")
  }

  /// Φ, whose errors GELU multiplies by x.
  private static func normalDistribution(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot())
  }

  @Test func `GELU is within 6 · 2⁻²⁴ · |x|, and never of the other sign than x`() {
    let (x, y) = arrays()
    cpu.unary(.gelu, x, into: y)
    var worst = 0.0, place: Float = 0
    for (value, found) in zip(Self.inputs, values(y)) where value.isFinite && value != 0 {
      let x = Double(value), error = abs(found - x * Self.normalDistribution(x))
      #expect(found == 0 || (found > 0) == (value > 0), "gelu(\(value)) is \(found)")
      if value.magnitude < 1e-30 { continue }
      if !(error / abs(x) <= worst) { (worst, place) = (error / abs(x), value) }
    }
    #expect(worst <= 6 * 0x1p-24, "\(worst) at \(place)")
  }

  @Test func `GELU's derivative is within 5 · 2⁻²⁴, and 0 or 1 far from zero`() {
    let (x, y) = arrays()
    let ones = result([Self.inputs.count])
    cpu.fill(ones, with: 1)
    cpu.binary(.geluGradient, x, ones, into: y)
    var worst = 0.0, place: Float = 0
    for (value, found) in zip(Self.inputs, values(y)) {
      if value.isNaN {
        #expect(found.isNaN)
      } else if value.magnitude > 6 {
        #expect(found == (value > 0 ? 1 : 0))
      } else {
        let x = Double(value)
        let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
        let error = abs(found - (Self.normalDistribution(x) + x * density))
        if !(error <= worst) { (worst, place) = (error, value) }
      }
    }
    #expect(worst <= 5 * 0x1p-24, "\(worst) at \(place)")
  }
}
