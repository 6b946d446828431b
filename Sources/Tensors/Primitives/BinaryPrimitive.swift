import Arrays

/// z = f(x, y), element by element, for operands of one shape and element type: one primitive for
/// every function of two numbers. Broadcasting happens before it, by `ExpandPrimitive`.
package struct BinaryPrimitive: Primitive {
  package let operation: BinaryOperation

  @inline(__always)
  package init(_ operation: BinaryOperation) { self.operation = operation }

  package var name: String { operation.name }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (x, y) = (inputs[0].array, inputs[1].array)
    if x.layout !== y.layout && x.shape != y.shape {
      throw ShapeError(name, "shapes \(x.shape) and \(y.shape) are not the same")
    }
    try Elementwise.check(x, y, in: name)
    if operation.isLogical != (x.dataType == .bool) {
      throw ShapeError(
        name,
        operation.isLogical
          ? "needs bool, found \(x.dataType)"
          : "needs numbers, found bool; convert with to(.float32)")
    }
    if operation.needsFloatingPoint && !x.dataType.isFloatingPoint {
      throw ShapeError(
        name, "needs floating-point numbers, found \(x.dataType); convert with to(.float32)")
    }
    return TensorSpec(x.shape, x.dataType)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let (x, y) = (inputs[0].array, inputs[1].array)
    let result = NDArray(uninitialized: .elementwise(x.layout, y.layout), spec.dataType)
    backend.binary(operation, x, y, into: result)
    return result
  }

  package var saved: SavedValues {
    switch operation {
    case .add, .subtract: []
    default: .inputs
    }
  }

  package func pullback(_ call: PullbackCall) {
    let (x, y, dz) = (call.inputs[0], call.inputs[1], call.cotangent)
    switch operation {
    case .add:
      call.add(dz, to: 0)
      call.add(dz, to: 1)
    case .subtract:
      call.add(dz, to: 0)
      call.add(-dz, to: 1)
    case .multiply:
      call.add(dz * y, to: 0)
      call.add(dz * x, to: 1)
    case .divide:
      call.add(dz / y, to: 0)
      call.add(-dz * x / (y * y), to: 1)
    case .remainder:
      call.add(dz, to: 0)
      call.add(-dz * floor(x / y), to: 1)
    case .power:
      // x⁰ does not depend on x, and 0ʸ has the derivative 0: 0⁻¹ and log 0 must not spoil them.
      call.add(dz * `where`(y .== 0, y.zerosLike(), y * pow(x, y - 1)), to: 0)
      call.add(dz * `where`(x .== 0, x.zerosLike(), pow(x, y) * log(x)), to: 1)
    case .maximum: shareExtremum(call, x .> y)
    case .minimum: shareExtremum(call, x .< y)
    case .atan2:
      let squares = x * x + y * y
      call.add(dz * y / squares, to: 0)
      call.add(-dz * x / squares, to: 1)
    case .sigmoidGradient:
      call.add(dz * y * (1 - x * 2), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .tanhGradient:
      call.add(dz * y * (x * -2), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .reluGradient:
      call.add(x.zerosLike(), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .geluGradient:
      call.add(dz * y * BinaryPrimitive.geluSecondDerivative(x), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .geluTanhGradient:
      call.add(dz * y * BinaryPrimitive.geluTanhSecondDerivative(x), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .siluGradient:
      let s = sigmoid(x)
      call.add(dz * y * (s * (1 - s) * (2 + x * (1 - s * 2))), to: 0)
      call.add(apply(self, [x, dz]), to: 1)
    case .logicalAnd, .logicalOr, .logicalXor: stop("\(name): has no derivative")
    }
  }

  /// Where both operands are equal each receives half of the cotangent, as in NumPy-based systems.
  private func shareExtremum(_ call: PullbackCall, _ isFirst: Tensor) {
    let (x, y, dz) = (call.inputs[0], call.inputs[1], call.cotangent)
    let share = `where`(x .== y, dz * 0.5, dz)
    call.add(`where`(isFirst || (x .== y), share, dz.zerosLike()), to: 0)
    call.add(`where`(!isFirst || (x .== y), share, dz.zerosLike()), to: 1)
  }

  /// gelu″(x) = φ(x) · (2 − x²), with φ the standard normal density.
  private static func geluSecondDerivative(_ x: Tensor) -> Tensor {
    let squared = x * x
    return exp(squared * -0.5) * (2 - squared) * (1 / (2 * Double.pi).squareRoot())
  }

  /// With u = √(2/π)(x + c x³) and t = tanh u: ½(1 − t²)(2u′ + x u″ − 2x t u′²).
  private static func geluTanhSecondDerivative(_ x: Tensor) -> Tensor {
    let factor = (2 / Double.pi).squareRoot()
    let squared = x * x
    let t = tanh((x + squared * x * 0.044715) * factor)
    let first = (squared * (3 * 0.044715) + 1) * factor
    let second = x * (6 * 0.044715 * factor)
    return (1 - t * t) * 0.5 * (first * 2 + x * second - x * t * first * first * 2)
  }
}

/// What operations on two tensors ask of their element types.
enum Elementwise {
  static func check(
    _ x: NDArray, _ y: NDArray, in operation: @autoclosure () -> String
  ) throws(ShapeError) {
    if x.dataType != y.dataType {
      throw ShapeError(
        operation(),
        "element types \(x.dataType) and \(y.dataType) differ; convert with "
          + "to(.\(x.dataType)) or to(.\(y.dataType))")
    }
  }
}

extension BinaryOperation {
  var isLogical: Bool {
    switch self {
    case .logicalAnd, .logicalOr, .logicalXor: true
    default: false
    }
  }

  var needsFloatingPoint: Bool {
    switch self {
    case .power, .atan2, .sigmoidGradient, .tanhGradient, .reluGradient, .geluGradient,
      .geluTanhGradient, .siluGradient:
      true
    default: false
    }
  }

  /// The name of the function or operator that runs it.
  var name: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .power: "pow"
    case .logicalAnd: "&&"
    case .logicalOr: "||"
    case .logicalXor: "^"
    default: String(describing: self)
    }
  }
}

extension BinaryPrimitive {
  package static let exemplars: [Exemplar] = BinaryOperation.allCases.map { operation in
    if operation.isLogical {
      return Exemplar(
        operation.name, [.init([3, 4], 0...1, .bool), .init([3, 4], 0...1, .bool)],
        dataTypes: [.bool], isDifferentiable: false
      ) { apply(BinaryPrimitive(operation), $0) }
    }
    let second: ClosedRange<Double> = operation == .reluGradient ? -2...2 : 0.5...2.9
    let first: ClosedRange<Double> =
      switch operation {
      case .power, .reluGradient: 0.4...3
      case .maximum, .minimum, .remainder: 3...4
      default: -2...2
      }
    return Exemplar(
      operation.name, [.init([3, 4], first), .init([3, 4], second)],
      dataTypes: operation.needsFloatingPoint ? DataType.floatingPoint : DataType.numeric
    ) { apply(BinaryPrimitive(operation), $0) }
  }
}
