import Myelin
import Testing

@Suite struct LayerHealthTests {
  @Test func countsDeadUnits() {
    struct Network: Module {
      var convolution = Conv2D(1, 4, kernel: 1)
      var hidden = Linear(4 * 9, 6)
      func callAsFunction(_ x: Tensor) -> Tensor {
        relu(hidden(relu(convolution(x)).flattened()))
      }
    }
    var model = Network()
    model.convolution.weight = Tensor([1, 1, 1, 1] as [Float], shape: [4, 1, 1, 1])
    // Channel 2 is below zero wherever a pixel is below 1.
    model.convolution.bias = Tensor([0, 0.5, -1, 1] as [Float])
    model.hidden.weight = .zeros([6, 36])
    model.hidden.bias = Tensor([-1, -1, -1, -1, -1, 1] as [Float])
    let units = DeadUnits(of: model) { model(.full([5, 1, 3, 3], 0.5)) }
    #expect(units.layers.map(\.path) == ["convolution", "hidden"])
    #expect(units.layers.map(\.unitCount) == [4, 6])
    #expect(units.layers.map(\.deadCount) == [1, 5])
    #expect(units.findings.map(\.place) == ["hidden"])
    #expect(units.findings.first?.severity == .warning)
  }

  @Test func findsGradientsThatVanishAndExplode() {
    let model = SmallClassifier.make()
    func gradients(_ factor: Double) -> SmallClassifier {
      var gradients = model.mapParameters { $0.onesLike() * 0.01 }
      gradients.hidden.weight = gradients.hidden.weight * factor
      gradients.hidden.bias = gradients.hidden.bias.map { $0 * factor }
      return gradients
    }
    let cases: [(factor: Double, kinds: [Finding.Kind])] = [
      (1, []), (1e-3, []), (1e-7, [.vanishingGradient]), (0, [.vanishingGradient]),
      (1e7, [.explodingGradient, .vanishingGradient]), (.nan, [.explodingGradient]),
    ]
    for (factor, kinds) in cases {
      let flow = GradientFlow(of: model, gradients: gradients(factor))
      #expect(flow.findings.map(\.kind) == kinds, "\(factor)")
      #expect(flow.layers.map(\.path) == ["hidden", "output"])
    }
    let flow = GradientFlow(of: model, gradients: gradients(1))
    #expect(abs(flow.layers[0].gradientNorm - 0.01 * 80.0.squareRoot()) < 1e-6)
    #expect(abs(flow.layers[0].typicalGradient - 0.01) < 1e-6)
  }

  @Test func countsHistograms() throws {
    let histogram = try #require(
      RunEvent.Histogram(of: Tensor([0, 1, 2, 3, 4, .nan] as [Float]), binCount: 4))
    #expect(histogram.edges == [0, 1, 2, 3, 4])
    #expect(histogram.counts == [1, 1, 1, 2])
    let alike = try #require(RunEvent.Histogram(of: Tensor([2, 2] as [Float]), binCount: 2))
    #expect(alike.edges == [1, 2, 3])
    #expect(alike.counts == [0, 2])
    #expect(RunEvent.Histogram(of: Tensor([.nan] as [Float])) == nil)
    #expect(RunEvent.Histogram(of: Tensor([] as [Float])) == nil)
  }
}
