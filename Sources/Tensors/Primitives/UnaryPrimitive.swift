import Arrays

/// y = f(x), element by element: one primitive for every function of one number.
///
/// The derivatives of all of them stand in one table, `derivative`.
package struct UnaryPrimitive: Primitive {
  package let operation: UnaryOperation

  @inline(__always)
  package init(_ operation: UnaryOperation) { self.operation = operation }

  package var name: String { operation.name }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let x = inputs[0].array
    switch operation.domain {
    case .floatingPoint where !x.dataType.isFloatingPoint:
      throw ShapeError(
        name, "needs floating-point numbers, found \(x.dataType); convert with to(.float32)")
    case .numeric where x.dataType == .bool:
      throw ShapeError(name, "needs numbers, found bool; convert with to(.float32)")
    case .bool where x.dataType != .bool:
      throw ShapeError(name, "needs bool, found \(x.dataType); compare first, as in x .!= 0")
    default:
      return TensorSpec(x.shape, operation.givesBool ? .bool : x.dataType)
    }
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let x = inputs[0].array
    let result = NDArray(uninitialized: .elementwise(x.layout), spec.dataType)
    backend.unary(operation, x, into: result)
    return result
  }

  package var saved: SavedValues {
    switch operation {
    case .exp, .sqrt, .reciprocal, .reciprocalSquareRoot, .tanh, .sigmoid, .relu: .output
    case .negate, .scale, .shift, .sign, .floor, .ceil, .round: []
    default: .inputs
    }
  }

  package func pullback(_ call: PullbackCall) {
    call.add(derivative(call.inputs[0], call.output, call.cotangent), to: 0)
  }

  /// The cotangent of x, for x, y = f(x) and the cotangent dy of y: dy · f′(x).
  private func derivative(_ x: Tensor, _ y: Tensor, _ dy: Tensor) -> Tensor {
    switch operation {
    case .negate: -dy
    case .absolute: dy * sign(x)
    case .square: dy * (x * 2)
    case .exp: dy * y
    case .expm1: dy * exp(x)
    case .log: dy / x
    case .log1p: dy / (x + 1)
    case .sqrt: dy / (y * 2)
    case .reciprocalSquareRoot: dy * (y * y * y * -0.5)
    case .reciprocal: -dy * (y * y)
    case .sin: dy * cos(x)
    case .cos: -dy * sin(x)
    case .tan: dy * (square(tan(x)) + 1)
    case .asin: dy * rsqrt(1 - x * x)
    case .acos: -dy * rsqrt(1 - x * x)
    case .atan: dy / (x * x + 1)
    case .sinh: dy * cosh(x)
    case .cosh: dy * sinh(x)
    case .tanh: apply(BinaryPrimitive(.tanhGradient), [y, dy])
    case .asinh: dy * rsqrt(x * x + 1)
    case .acosh: dy * rsqrt(x * x - 1)
    case .atanh: dy / (1 - x * x)
    case .erf: dy * exp(-(x * x)) * (2 / Double.pi.squareRoot())
    case .sigmoid: apply(BinaryPrimitive(.sigmoidGradient), [y, dy])
    case .relu: apply(BinaryPrimitive(.reluGradient), [y, dy])
    case .softplus: dy * sigmoid(x)
    case .gelu: apply(BinaryPrimitive(.geluGradient), [x, dy])
    case .geluTanh: apply(BinaryPrimitive(.geluTanhGradient), [x, dy])
    case .silu: apply(BinaryPrimitive(.siluGradient), [x, dy])
    case .scale(let factor): dy * factor
    case .shift: dy
    case .power(let exponent):
      exponent == 0 ? dy.zerosLike() : dy * (pow(x, exponent - 1) * exponent)
    case .clamp(let lower, let upper):
      dy * ((x .>= lower) && (x .<= upper)).to(dy.dataType)
    case .leakyReLU(let slope): `where`(x .> 0, dy, dy * slope)
    case .sign, .floor, .ceil, .round: dy.zerosLike()
    case .logicalNot, .isNaN, .isFinite, .isInfinite: stop("\(name): has no derivative")
    }
  }
}

extension UnaryOperation {
  /// The element types that an operation accepts.
  enum Domain { case floatingPoint, numeric, bool }

  var domain: Domain {
    switch self {
    case .negate, .absolute, .sign, .square, .scale, .shift, .clamp: .numeric
    case .logicalNot: .bool
    default: .floatingPoint
    }
  }

  var givesBool: Bool {
    switch self {
    case .logicalNot, .isNaN, .isFinite, .isInfinite: true
    default: false
    }
  }

  /// The name of the function that runs it.
  var name: String {
    switch self {
    case .absolute: "abs"
    case .reciprocalSquareRoot: "rsqrt"
    case .scale: "*"
    case .shift: "+"
    case .power: "pow"
    case .clamp: "clamp"
    case .leakyReLU: "leakyReLU"
    default: String(describing: self)
    }
  }
}

extension UnaryPrimitive {
  /// Where each function is smooth, by operation.
  package static let exemplars: [Exemplar] = {
    let everywhere: [UnaryOperation] = [
      .negate, .square, .exp, .expm1, .sin, .cos, .atan, .sinh, .cosh, .tanh, .asinh, .erf,
      .sigmoid, .softplus, .gelu, .geluTanh, .silu, .scale(-1.5), .shift(0.75), .power(2),
    ]
    let positive: [UnaryOperation] = [
      .log, .log1p, .sqrt, .reciprocalSquareRoot, .reciprocal, .absolute, .relu, .power(-1.5),
      .leakyReLU(0.1), .clamp(lower: -1, upper: 10),
    ]
    let inside: [UnaryOperation] = [.asin, .acos, .atanh, .tan]
    func exemplar(_ operation: UnaryOperation, _ range: ClosedRange<Double>) -> Exemplar {
      Exemplar(
        "\(operation)", [.init([3, 4], range)],
        dataTypes: operation.domain == .numeric ? DataType.numeric : DataType.floatingPoint
      ) { apply(UnaryPrimitive(operation), $0) }
    }
    let flat = [UnaryOperation.sign, .floor, .ceil, .round].map { operation in
      Exemplar("\(operation)", [.init([3, 4], 0.1...0.4)]) {
        apply(UnaryPrimitive(operation), $0)
      }
    }
    let tests = [UnaryOperation.isNaN, .isFinite, .isInfinite].map { operation in
      Exemplar("\(operation)", [.init([3, 4])], isDifferentiable: false) {
        apply(UnaryPrimitive(operation), $0)
      }
    }
    let negation = Exemplar(
      "logicalNot", [.init([3, 4], 0...1, .bool)], dataTypes: [.bool], isDifferentiable: false
    ) { apply(UnaryPrimitive(.logicalNot), $0) }
    return everywhere.map { exemplar($0, -2...2) } + positive.map { exemplar($0, 0.3...3) }
      + inside.map { exemplar($0, -0.8...0.8) } + [exemplar(.acosh, 1.5...3)]
      + [exemplar(.leakyReLU(0.1), -3 ... -0.3), exemplar(.relu, -3 ... -0.3)] + flat + tests
      + [negation]
  }()
}
