import Arrays
import Testing

@Suite(.onEveryProcessor)
struct UpdateTests {
  @Test("Adam, in place", arguments: [1, 37, 100_000])
  func adam(_ count: Int) {
    for (decay, decoupled, scale) in [(0, 0, 1), (0.01, 0, 0.5), (0, 0.01, 1)]
      as [(Float, Float, Float)]
    {
      for hasLargest in [false, true] {
        expectAgreement("\(count)") { backend in
          let parameter = numbers([count], 1, .float32), gradient = numbers([count], 2, .float32)
          let first = numbers([count], 3, .float32), second = result([count])
          backend.unary(.square, numbers([count], 4, .float32), into: second)
          let largest = result([count])
          backend.unary(.square, numbers([count], 5, .float32), into: largest)
          let update = AdamUpdate(
            learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, biasCorrection1: 0.271,
            biasCorrection2: 0.003, decay: decay, decoupledDecay: decoupled, gradientScale: scale)
          backend.adam(
            update, numbers: nil, parameter: parameter, gradient: gradient, firstMoment: first,
            secondMoment: second, largest: hasLargest ? largest : nil)
          backend.addScaled(gradient, scale: 0.1, to: gradient.count > 5 ? first : parameter)
          return [parameter, first, second, largest]
        }
      }
    }
  }

  @Test("random numbers are the reference's, bit by bit")
  func random() {
    let distributions: [RandomDistribution] = [
      .uniform(lower: -2, upper: 5), .normal(mean: 1, standardDeviation: 2),
      .truncatedNormal(mean: 0, standardDeviation: 1, lower: -2, upper: 2),
      .uniform(lower: 0.1, upper: 0.3), .uniform(lower: 1, upper: 1 + 0x1p-22),
      .uniform(lower: 2, upper: 1), .bernoulli(probability: 0.3), .bernoulli(probability: 0),
      .bernoulli(probability: 1), .bernoulli(probability: 0x1p-24), .bernoulli(probability: 1e-9),
    ]
    for distribution in distributions {
      for shape in [Shape([]), [1], [6], [3, 5], [67], [70_001]] {
        // The second stream's counter passes 2³² on the way.
        for counter: UInt64 in [77, 0xFFFF_FFF8] {
          expectAgreement("\(distribution) \(shape)", tolerance: 0) { backend in
            let output = result(shape)
            backend.random(distribution, key: 0x1234_5678_9ABC, counter: counter, into: output)
            return [output]
          }
        }
      }
    }
  }
}
