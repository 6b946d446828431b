import Myelin
import Testing

/// Dropout: its rate, its scale, and that its random stream is part of the model.
struct DropoutTests {
  private static let ones = Tensor.ones([100, 100])

  private static func values(_ layer: inout Dropout) -> [Float] {
    var result: [Float] = []
    _ = valueAndGradient(of: &layer) { layer in
      let y = layer(ones)
      result = y.scalars(as: Float.self)
      return y.sum()
    }
    return result
  }

  @Test(arguments: [0.1, 0.5, 0.8])
  func dropsAtItsRateAndKeepsTheMean(_ probability: Double) {
    var layer = withRandomSeed(3) { Dropout(probability) }
    let values = Self.values(&layer)
    let scale = Float(1 / (1 - probability))
    #expect(values.allSatisfy { $0 == 0 || abs($0 - scale) < 1e-6 })
    // Within five standard deviations of a binomial distribution.
    let dropped = Double(values.count { $0 == 0 })
    let deviation = (10_000 * probability * (1 - probability)).squareRoot()
    #expect(abs(dropped - 10_000 * probability) < 5 * deviation)
  }

  @Test func isTheIdentityOutsideOfTraining() {
    #expect(Dropout(0.5)(Self.ones).scalars(as: Float.self).allSatisfy { $0 == 1 })
    var layer = Dropout(1)
    #expect(Self.values(&layer).allSatisfy { $0 == 0 })
    layer = Dropout(0)
    #expect(Self.values(&layer).allSatisfy { $0 == 1 })
  }

  /// A copy continues as the original does; every step, and every call in a step, draws anew.
  @Test func itsRandomStreamIsPartOfTheModel() {
    var first = withRandomSeed(1) { Dropout(0.5) }
    var second = withRandomSeed(1) { Dropout(0.5) }
    let step = Self.values(&first)
    #expect(step == Self.values(&second))
    var saved = first
    let next = Self.values(&first)
    #expect(next != step)
    #expect(next == Self.values(&saved))
    var other = withRandomSeed(2) { Dropout(0.5) }
    #expect(Self.values(&other) != step)
    _ = valueAndGradient(of: &first) { layer in
      let (x, y) = (layer(Self.ones), layer(Self.ones))
      #expect(x.scalars(as: Float.self) != y.scalars(as: Float.self))
      return (x + y).sum()
    }
  }

  /// What is dropped passes no gradient, the rest passes it scaled.
  @Test func itsGradientIsItsMask() {
    var layer = Dropout(0.25)
    var output = Self.ones
    let gradient = gradient(of: Self.ones, layer) { x, layer in
      output = layer(x)
      return output.sum()
    }.0
    #expect(gradient.scalars(as: Float.self) == output.scalars(as: Float.self))
    layer.randomState = Tensor([Int64](repeating: 7, count: 2))
    #expect(Self.values(&layer).contains(0))
  }
}
