import Arrays
import Glibc

extension ReferenceBackend {
  package func binary(
    _ operation: BinaryOperation, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    switch operation {
    case .atan2, .sigmoidGradient, .tanhGradient, .reluGradient, .geluGradient, .geluTanhGradient,
      .siluGradient:
      FloatingBinary(operation: operation, a: a, b: b, output: output).run(on: output.dataType)
    case .logicalAnd, .logicalOr, .logicalXor:
      LogicalBinary(operation: operation, a: a, b: b, output: output).run(on: output.dataType)
    default:
      NumericBinary(operation: operation, a: a, b: b, output: output).run(on: output.dataType)
    }
  }

  package func compare(
    _ operation: ComparisonOperation, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    Comparison(operation: operation, a: a, b: b, output: output).run(on: a.dataType)
  }
}

private struct NumericBinary: ElementPass {
  let operation: BinaryOperation
  let a: NDArray
  let b: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    switch operation {
    case .add: map(type) { $0.adding($1) }
    case .subtract: map(type) { $0.subtracting($1) }
    case .multiply: map(type) { $0.multiplied(by: $1) }
    case .divide: map(type) { $0.divided(by: $1) }
    case .remainder: map(type) { $0.floorRemainder(dividingBy: $1) }
    case .power: map(type) { $0.raised(to: $1) }
    case .maximum: map(type) { $0.larger($1) }
    case .minimum: map(type) { $0.smaller($1) }
    default: stop("\(operation): not for \(type.dataType)")
    }
  }

  @inline(__always)
  private func map<E: Element>(_ type: E.Type, _ f: (E.Wide, E.Wide) -> E.Wide) {
    mapElements(a, b, into: output) { (x: E, y: E) -> E in E(narrowing: f(x.wide, y.wide)) }
  }
}

private struct FloatingBinary: FloatingPass {
  let operation: BinaryOperation
  let a: NDArray
  let b: NDArray
  let output: NDArray
  var operationName: String { "\(operation)" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let f = function
    mapElements(a, b, into: output) { (x: E, y: E) -> E in E(narrowing: f(x.wide, y.wide)) }
  }

  private var function: (Double, Double) -> Double {
    switch operation {
    case .atan2: { atan2($0, $1) }
    case .sigmoidGradient: { y, dy in dy * y * (1 - y) }
    case .tanhGradient: { y, dy in dy * (1 - y * y) }
    case .reluGradient: { x, dy in x > 0 ? dy : 0 }
    case .geluGradient: { x, dy in dy * RealFunctions.geluDerivative(x) }
    case .geluTanhGradient: { x, dy in dy * RealFunctions.geluTanhDerivative(x) }
    case .siluGradient: { x, dy in dy * RealFunctions.siluDerivative(x) }
    default: stop("\(operation): not a function of floating-point numbers alone")
    }
  }
}

private struct LogicalBinary: IntegralPass {
  let operation: BinaryOperation
  let a: NDArray
  let b: NDArray
  let output: NDArray

  func run<E: IntegralElement>(_ type: E.Type) {
    mapElements(a, b, into: output) { (x: E, y: E) -> E in
      let (x, y) = (x.wide != 0, y.wide != 0)
      let result =
        switch operation {
        case .logicalAnd: x && y
        case .logicalOr: x || y
        default: x != y
        }
      return E(narrowing: result ? 1 : 0)
    }
  }
}

private struct Comparison: ElementPass {
  let operation: ComparisonOperation
  let a: NDArray
  let b: NDArray
  let output: NDArray

  func run<E: Element>(_ type: E.Type) {
    switch operation {
    case .equal: map(type) { $0 == $1 }
    case .notEqual: map(type) { $0 != $1 }
    case .less: map(type) { $0 < $1 }
    case .lessOrEqual: map(type) { $0 <= $1 }
    case .greater: map(type) { $0 > $1 }
    case .greaterOrEqual: map(type) { $0 >= $1 }
    }
  }

  @inline(__always)
  private func map<E: Element>(_ type: E.Type, _ f: (E.Wide, E.Wide) -> Bool) {
    mapElements(a, b, into: output) { (x: E, y: E) -> Bool in f(x.wide, y.wide) }
  }
}
