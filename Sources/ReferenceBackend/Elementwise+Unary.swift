import Arrays
import Glibc

extension ReferenceBackend {
  package func unary(_ operation: UnaryOperation, _ input: NDArray, into output: NDArray) {
    switch operation {
    case .isNaN, .isFinite, .isInfinite:
      Classification(operation: operation, input: input, output: output).run(on: input.dataType)
    case _ where input.dataType.isFloatingPoint:
      FloatingUnary(operation: operation, input: input, output: output).run(on: input.dataType)
    default:
      IntegralUnary(operation: operation, input: input, output: output).run(on: input.dataType)
    }
  }
}

private struct FloatingUnary: FloatingPass {
  let operation: UnaryOperation
  let input: NDArray
  let output: NDArray
  var operationName: String { "\(operation)" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let f = RealFunctions.function(operation, as: type)
    mapElements(input, into: output) { (x: E) -> E in E(narrowing: f(x.wide)) }
  }
}

private struct Classification: FloatingPass {
  let operation: UnaryOperation
  let input: NDArray
  let output: NDArray
  var operationName: String { "\(operation)" }

  func run<E: FloatingElement>(_ type: E.Type) {
    mapElements(input, into: output) { (x: E) -> Bool in
      switch operation {
      case .isNaN: x.wide.isNaN
      case .isFinite: x.wide.isFinite
      default: x.wide.isInfinite
      }
    }
  }
}

private struct IntegralUnary: IntegralPass {
  let operation: UnaryOperation
  let input: NDArray
  let output: NDArray

  func run<E: IntegralElement>(_ type: E.Type) {
    let f = function(as: type)
    mapElements(input, into: output) { (x: E) -> E in E(narrowing: f(x.wide)) }
  }

  private func function<E: IntegralElement>(as type: E.Type) -> (Int64) -> Int64 {
    switch operation {
    case .negate: return { 0 &- $0 }
    case .absolute: return { $0 < 0 ? 0 &- $0 : $0 }
    case .sign: return { $0.signum() }
    case .square: return { $0 &* $0 }
    case .relu: return { max($0, 0) }
    case .scale(let scalar):
      let factor = E(nearest: scalar).wide
      return { $0 &* factor }
    case .shift(let scalar):
      let term = E(nearest: scalar).wide
      return { $0 &+ term }
    case .power(let scalar):
      let exponent = Int64(nearest: scalar)
      return { $0.raised(to: exponent) }
    case .clamp(let lower, let upper):
      let low = E(nearest: lower).wide, high = E(nearest: upper).wide
      return { min(max($0, low), high) }
    case .logicalNot: return { $0 == 0 ? 1 : 0 }
    default: stop("\(operation): needs floating-point elements, not \(type.dataType)")
    }
  }
}
