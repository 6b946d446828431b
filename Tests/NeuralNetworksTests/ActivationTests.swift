import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("activations", from: .module)

/// Every activation and its derivative against PyTorch, out to ±10⁴.
struct ActivationTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithPyTorch(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    guard let function = try Self.function(of: golden) else {
      Issue.record("nothing compares \(golden.kind)")
      return
    }
    let input = try golden.tensor("input")
    let cotangent = try golden.tensor("cotangent")
    let found = try mode.differentiate(input, cotangent: cotangent) { function($0) }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-6)
    try golden.expect(found.gradient, isCloseTo: "inputGradient", absolute: 2e-6)
  }

  private static func function(of golden: GoldenCase) throws -> (@Sendable (Tensor) -> Tensor)? {
    switch golden.kind {
    case "sigmoid": return { sigmoid($0) }
    case "tanh": return { tanh($0) }
    case "relu": return { relu($0) }
    case "leakyReLU":
      let slope = try golden.double("slope")
      return { leakyReLU($0, slope: slope) }
    case "elu":
      let alpha = try golden.double("alpha")
      return { elu($0, alpha: alpha) }
    case "selu": return { selu($0) }
    case "gelu":
      let isExact = try golden.string("approximation") == "none"
      return { gelu($0, approximation: isExact ? .none : .tanh) }
    case "silu": return { silu($0) }
    case "softplus": return { softplus($0) }
    case "hardSigmoid": return { hardSigmoid($0) }
    case "hardSwish": return { hardSwish($0) }
    case "mish": return { mish($0) }
    case "softmax", "logSoftmax":
      let axis = try golden.int("axis")
      let isLogarithmic = golden.kind == "logSoftmax"
      return { isLogarithmic ? logSoftmax($0, along: axis) : softmax($0, along: axis) }
    default: return nil
    }
  }

  private static let layers: [(any Layer, @Sendable (Tensor) -> Tensor)] = [
    (ReLU(), { relu($0) }), (LeakyReLU(slope: 0.2), { leakyReLU($0, slope: 0.2) }),
    (Sigmoid(), { sigmoid($0) }), (Tanh(), { tanh($0) }),
    (ELU(alpha: 0.5), { elu($0, alpha: 0.5) }), (SELU(), { selu($0) }), (GELU(), { gelu($0) }),
    (GELU(approximation: .tanh), { gelu($0, approximation: .tanh) }), (SiLU(), { silu($0) }),
    (Softplus(), { softplus($0) }), (HardSigmoid(), { hardSigmoid($0) }),
    (HardSwish(), { hardSwish($0) }), (Mish(), { mish($0) }), (Softmax(), { softmax($0) }),
    (LogSoftmax(along: 0), { logSoftmax($0, along: 0) }),
  ]

  /// The layers for `Sequential` compute what the functions of their names do.
  @Test(arguments: layers.indices)
  func layerIsItsFunction(_ index: Int) {
    let (layer, function) = Self.layers[index]
    let x: Tensor = [[-4, -1, -0.5], [0.25, 1, 7]]
    #expect(layer(x).scalars(as: Float.self) == function(x).scalars(as: Float.self))
    #expect(layer.parameterCount == 0)
  }

  /// The values that the field's formulas overflow on.
  @Test func nothingOverflows() {
    let far: Tensor = [-1000, 1000]
    #expect(sigmoid(far).scalars(as: Float.self) == [0, 1])
    #expect(softplus(far).scalars(as: Float.self) == [0, 1000])
    #expect(softmax([10000, 0, -10000] as Tensor).scalars(as: Float.self) == [1, 0, 0])
    #expect(logSoftmax([-10000, 0] as Tensor).scalars(as: Float.self) == [-1e4, 0])
    for (layer, _) in Self.layers {
      let slope = gradient(of: far) { layer($0).sum() }
      #expect(slope.isFinite.scalars(as: Bool.self) == [true, true])
    }
  }
}
