import Arrays
import Testing

struct UpdateTests {
  // Two steps of PyTorch's AdamW, learning rate 0.1, weight decay 0.5.
  @Test(arguments: [false, true])
  func adamFollowsPyTorch(_ keepsLargest: Bool) {
    let parameter = vector([1, -2] as [Float])
    let first = vector([0, 0] as [Float]), second = vector([0, 0] as [Float])
    let largest = keepsLargest ? vector([0, 0] as [Float]) : nil
    let gradients: [[Float]] = [[0.5, -1], [0.1, 2]]
    // 1 − βᵗ of the rounded β: float32's 0.999 makes 1 − β₂ differ by 1.3 · 10⁻⁵ of itself.
    let corrections: [(Float, Float)] = [
      (0.100000024, 0.000999987125), (0.190000043, 0.001998974277),
    ]
    for (gradient, correction) in zip(gradients, corrections) {
      let update = AdamUpdate(
        learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, biasCorrection1: correction.0,
        biasCorrection2: correction.1, decay: 0, decoupledDecay: 0.5, gradientScale: 0.5)
      reference.adam(
        update, numbers: nil, parameter: parameter, gradient: vector(gradient.map { $0 * 2 }),
        firstMoment: first, secondMoment: second, largest: largest)
    }
    #expect(close(values(parameter), [0.7271959185600281, -1.7466102838516235]))
  }

  @Test func addsScaled() {
    let parameter = vector([1, 2] as [Float])
    reference.addScaled(vector([10, 20] as [Float]), scale: -0.5, to: parameter)
    #expect(values(parameter) == [-4, -8])
  }
}
