import Examples
import Myelin
import Testing

/// What an example must reach when it is run to its end.
struct Expectation: Sendable, CustomTestStringConvertible {
  let name: String
  var converges = true
  var largestLoss = Double.infinity
  var leastAccuracy = 0.0
  /// A smaller problem, or fewer iterations, where the whole would take long.
  var shortened: (@Sendable (_ seed: UInt64) -> Outcome)?
  var testDescription: String { name }
}

@Suite struct ExamplesTests {
  static let expectations = [
    Expectation(name: "perceptron", largestLoss: 0, leastAccuracy: 1),
    Expectation(name: "perceptron-xor", converges: false),
    // Noise of variance 0.01 stays; of 100 draws it varies by about 0.0014.
    Expectation(name: "linear-regression", largestLoss: 0.015),
    // Classes two standard deviations·√2 apart: the best line is right for Φ(√2) = 92 % of them.
    Expectation(name: "logistic-regression", largestLoss: 0.3, leastAccuracy: 0.86),
    Expectation(name: "xor", largestLoss: 0.11, leastAccuracy: 1),
    Expectation(name: "two-spirals", largestLoss: 0.05, leastAccuracy: 0.95),
    Expectation(name: "digits", largestLoss: 0.3, leastAccuracy: 0.94),
    Expectation(name: "reversal", largestLoss: 0.1, leastAccuracy: 0.99) {
      Reversal.run(seed: $0, maximum: 3999, longest: 5)
    },
    // A quarter of the steps that it takes to add without mistakes.
    Expectation(name: "addition", converges: false, largestLoss: 0.7, leastAccuracy: 0.4) {
      Addition.run(seed: $0, maximum: 500)
    },
    // The mean of each month gives 0.859, the seasonal naive forecast 1.178, the naive one 2.466.
    Expectation(name: "forecast", largestLoss: 0.85),
    Expectation(name: "copy", largestLoss: 0.1, leastAccuracy: 0.99) {
      CopyTask.run(seed: $0, maximum: 1499, gap: 20)
    },
  ]

  @Test("every example is listed and expected, and there is none besides")
  func isComplete() {
    #expect(Self.expectations.map(\.name) == Example.all.map(\.name))
    for name in Example.all.map(\.name) + TextExample.all.map(\.name) {
      #expect(Example.list.contains("  \(name)  "))
    }
  }

  @Test(
    "ends as expected, says so, and fits 80 columns", arguments: expectations,
    [1, 2, 3] as [UInt64])
  func ends(_ expected: Expectation, seed: UInt64) throws {
    let example = try #require(Example.named(expected.name))
    let outcome = try expected.shortened?(seed) ?? example.run(seed, example.maximum)
    #expect(outcome.hasConverged == expected.converges)
    #expect(outcome.loss <= expected.largestLoss)
    #expect(outcome.accuracy.map { $0 >= expected.leastAccuracy } ?? true)
    #expect(outcome.report.contains("criterion: \(outcome.criterion)"))
    if expected.converges {
      #expect(outcome.iterations < example.maximum)
      #expect(outcome.ending.contains("converged: met after \(outcome.iterations) "))
    } else {
      #expect(outcome.ending.contains("not converged: stopped at the maximum"))
    }
    let text = "\(example.name): \(example.summary)\n\(outcome.report)\n\(Example.list)"
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test("stops at a small maximum and says so", arguments: Example.all.map(\.name))
  func stops(_ name: String) throws {
    let outcome = try #require(Example.named(name)).run(1, 1)
    let unit = outcome.unit == "passes" ? "pass" : String(outcome.unit.dropLast())
    #expect(!outcome.hasConverged && outcome.iterations == 1)
    #expect(outcome.ending.hasSuffix("not converged: stopped at the maximum of 1 \(unit)"))
  }

  @Test("the same seed gives the same words, another seed others")
  func repeats() throws {
    let xor = try #require(Example.named("xor"))
    let reports = try [1, 1, 2].map { try xor.run($0, xor.maximum).report }
    #expect(reports[0] == reports[1] && reports[0] != reports[2])
  }

  @Test("exclusive or converges from 20 seeds of 20", arguments: UInt64(1)...20)
  func learnsExclusiveOr(seed: UInt64) {
    let outcome = XOR.run(seed: seed, maximum: 1000)
    #expect(outcome.hasConverged && outcome.accuracy == 1)
  }

  @Test("the perceptron makes no more mistakes than Novikoff allows", arguments: UInt64(1)...20)
  func keepsTheBound(seed: UInt64) throws {
    let points = Perceptron.Points.separable(seed: seed)
    let bound = try #require(points.bound)
    var perceptron = Perceptron()
    // Each pass but the last has a mistake, so that there are not more passes than this.
    let passes = (0...Int(bound)).map { _ in perceptron.pass(over: points) }
    #expect(passes.first != 0 && passes.last == 0 && perceptron.mistakes <= Int(bound))
  }

  @Test("the gradients that the comments state are those that the library finds")
  func gradientsAgree() {
    let (inputs, targets) = LinearRegression.data(seed: 1)
    let weights: Tensor = [[0.5], [-1]]
    let errors = matmul(inputs, weights) - targets
    let byHand = LinearRegression.gradient(inputs, errors)
    let (byWeights, byBias) = gradient(of: weights, Tensor.zeros([1])) {
      mse(matmul(inputs, $0) + $1, targets)
    }
    #expect(abs(byHand.weights - byWeights).max().item() < 1e-5)
    #expect(abs(byHand.bias - byBias).max().item() < 1e-5)

    let (points, classes) = LogisticRegression.data(seed: 1)
    let slope = gradient(of: LogisticRegression.Model()) { binaryCrossEntropy($0(points), classes) }
    let formula = matmul(points.transposed(), 0.5 - classes) / 200
    #expect(abs(slope.weights - formula).max().item() < 1e-5)
  }
}
