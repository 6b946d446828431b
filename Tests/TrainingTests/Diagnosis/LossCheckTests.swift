import Myelin
import Testing

@Suite struct LossCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let input: LossInput
    let outputs: @Sendable (Tensor) -> Tensor
    var targets: Tensor = Tensor([0, 1, 2, 3] as [Int])
    /// nil where all is well.
    var words: String?

    var testDescription: String { name }
  }

  /// Scores of 4 examples and 5 classes, both signs.
  private static let scores = Tensor(
    (0..<20).map { Float(($0 * 7) % 20) / 4 - 2 }, shape: [4, 5])

  static let cases: [Case] = [
    Case(name: "logits", input: .logits, outputs: { $0 }),
    Case(
      name: "softmax twice", input: .logits, outputs: { softmax($0) },
      words: "leave the last softmax out"),
    Case(name: "log-softmax twice is harmless", input: .logits, outputs: { logSoftmax($0) }),
    Case(
      name: "one class", input: .logits, outputs: { $0[0..., 0..<1] },
      words: "no axis of several classes"),
    Case(name: "binary logits", input: .binaryLogits, outputs: { $0 }),
    Case(
      name: "sigmoid twice", input: .binaryLogits, outputs: { sigmoid($0) },
      words: "leave the last sigmoid out"),
    Case(name: "log-probabilities", input: .logProbabilities, outputs: { logSoftmax($0) }),
    Case(
      name: "scores as log-probabilities", input: .logProbabilities, outputs: { $0 },
      words: "end the model in logSoftmax"),
    Case(name: "probabilities", input: .probabilities, outputs: { softmax($0) }),
    Case(
      name: "scores as probabilities", input: .probabilities, outputs: { $0 },
      words: "probabilities lie in 0…1"),
    Case(
      name: "numbers", input: .numbers, outputs: { $0 },
      targets: Tensor([-1, 0, 1, 2] as [Float])),
    Case(
      name: "never negative", input: .numbers, outputs: { relu($0) },
      targets: Tensor([-1, 0, 1, 2] as [Float]), words: "no output is negative"),
    Case(
      name: "large targets", input: .numbers, outputs: { $0 },
      targets: Tensor([15_000, 16_000, 22_000, 9_000] as [Float]),
      words: "standardize the targets"),
  ]

  @Test(arguments: cases)
  func judges(_ loss: Case) {
    let findings = loss.input.findings(
      outputs: loss.outputs(LossCheckTests.scores), targets: loss.targets)
    if let words = loss.words {
      #expect(findings.count == 1 && findings[0].advice.contains(words), "\(findings)")
    } else {
      #expect(findings.isEmpty, "\(findings)")
    }
  }
}
