import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("initializers", from: .module)

/// The spreads that PyTorch computes, and what initializers promise beside them.
struct InitializerTests {
  @Test(arguments: file.cases)
  func spreadsAsInPyTorch(_ golden: GoldenCase) throws {
    if golden.kind == "gain" {
      let gains: [String: Nonlinearity] = [
        "linear": .linear, "sigmoid": .sigmoid, "tanh": .tanh, "relu": .relu, "selu": .selu,
      ]
      let found = try #require(gains[golden.string("activation")])
      #expect(abs(found.gain - (try golden.double("gain"))) < 1e-7)
      return
    }
    guard let (uniform, normal) = try Self.pair(golden) else {
      Issue.record("nothing compares \(golden.kind)")
      return
    }
    // The fans are the shape's: many draws of the same small shape.
    let shape = Shape(try golden.ints("shape"))
    var random = RandomSource(seed: 5)
    let draws = 20_000 / shape.elementCount
    let even = (0..<draws).flatMap { _ in uniform(shape, using: &random).scalars(as: Double.self) }
    let bell = (0..<draws).flatMap { _ in normal(shape, using: &random).scalars(as: Double.self) }
    let (bound, deviation) = (try golden.double("bound"), try golden.double("deviation"))
    #expect(even.allSatisfy { abs($0) <= bound * 1.000001 })
    #expect(even.contains { $0 > bound * 0.99 } && even.contains { $0 < -bound * 0.99 })
    for values in [even, bell] {
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(mean) < 0.05 * deviation)
      #expect(abs(square.squareRoot() - deviation) < 0.05 * deviation)
    }
    #expect(bell.contains { abs($0) > 2.5 * deviation })
  }

  private static func pair(_ golden: GoldenCase) throws -> (Initializer, Initializer)? {
    switch golden.kind {
    case "xavier": return (.xavierUniform(), .xavierNormal())
    case "lecun": return (.lecunUniform(), .lecunNormal())
    case "kaiming":
      let mode: FanMode = try golden.string("mode") == "fanIn" ? .fanIn : .fanOut
      let slope = Nonlinearity.leakyReLU(slope: try golden.double("slope"))
      return (
        .kaimingUniform(mode: mode, nonlinearity: slope),
        .kaimingNormal(mode: mode, nonlinearity: slope)
      )
    default: return nil
    }
  }

  @Test(arguments: [[4, 4], [3, 7], [7, 3], [6, 2, 3], [1, 5], [64, 64], [0, 3]] as [Shape])
  func orthogonalIsOrthogonal(_ shape: Shape) {
    var random = RandomSource(seed: 2)
    let weight = Initializer.orthogonal(gain: 2)(shape, using: &random)
    #expect(weight.shape == shape)
    if weight.count == 0 { return }
    let matrix = weight.reshaped(to: [shape[0], -1])
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    let product =
      rows <= columns
      ? matrix.matmul(matrix.transposed()) : matrix.transposed().matmul(matrix)
    expectEqual(product, Tensor.identity(min(rows, columns)) * 4, within: 1e-5)
  }

  @Test func truncatedNormalStaysInItsBounds() {
    var random = RandomSource(seed: 1)
    let values = Initializer.truncatedNormal(mean: 1, standardDeviation: 0.5)(
      [10_000], using: &random
    ).scalars(as: Double.self)
    #expect(values.allSatisfy { abs($0 - 1) <= 1.000001 })
    #expect(values.contains { abs($0 - 1) > 0.95 })
    #expect(abs(values.reduce(0, +) / 10_000 - 1) < 0.02)
  }

  @Test func constantsAreConstant() {
    var random = RandomSource(seed: 1)
    #expect(Initializer.constant(2.5)([2], using: &random).scalars(as: Float.self) == [2.5, 2.5])
    #expect(Initializer.zeros([2], using: &random).scalars(as: Float.self) == [0, 0])
    #expect(Initializer.ones([2], using: &random).scalars(as: Float.self) == [1, 1])
  }

  /// The same seed gives the same layers, another one others; a layer takes initializers.
  @Test func layersStartAsTheirInitializersSay() {
    func weights(_ seed: UInt64) -> [Float] {
      withRandomSeed(seed) { Conv2D(2, 3, kernel: 3) }.weight.scalars(as: Float.self)
    }
    #expect(weights(1) == weights(1) && weights(1) != weights(2))
    let bound = 1 / Float(18).squareRoot()
    #expect(weights(1).allSatisfy { abs($0) <= bound } && weights(1).contains { $0 < 0 })
    let layer = Linear(3, 2, weightInitializer: .constant(0.5), biasInitializer: .ones)
    #expect(layer([[1, 1, 2]] as Tensor).scalars(as: Float.self) == [3, 3])
  }
}
