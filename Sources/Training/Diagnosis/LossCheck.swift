import Arrays
import Tensors

/// What a loss takes a model's outputs for.
public enum LossInput: String, Codable, Sendable, Hashable, CaseIterable {
  /// Scores of classes along axis 1, of any size, as `crossEntropy` and `focalLoss` take them.
  case logits
  /// Scores of yes or no, each by itself, as `binaryCrossEntropy` takes them.
  case binaryLogits
  /// Logarithms of probabilities along axis 1, as `negativeLogLikelihood` takes them.
  case logProbabilities
  /// Probabilities.
  case probabilities
  /// Numbers that should come near the targets, as `meanSquaredError` takes them.
  case numbers
}

extension LossInput {
  /// What does not fit between outputs and the loss that is given them.
  ///
  /// - Parameters:
  ///   - outputs: What the model gives for a batch; of classes [N, C, …].
  ///   - targets: What it should give.
  public func findings(outputs: Tensor, targets: Tensor) -> [Finding] {
    let summary = NumberSummary(outputs)
    if outputs.count == 0 || summary.nonFiniteCount > 0 { return [] }
    switch self {
    case .logits: return LossInput.classFindings(outputs, summary)
    case .binaryLogits: return LossInput.binaryFindings(summary)
    case .logProbabilities:
      if summary.maximum <= 1e-6 { return [] }
      return [
        LossInput.mismatch(
          .error, summary, "logarithms of probabilities are never positive: end the model in "
            + "logSoftmax, or use crossEntropy, which takes scores")
      ]
    case .probabilities:
      if summary.minimum >= 0 && summary.maximum <= 1 + 1e-5 { return [] }
      return [
        LossInput.mismatch(
          .error, summary, "probabilities lie in 0…1: end the model in softmax or sigmoid, or use "
            + "a loss of logits")
      ]
    case .numbers: return LossInput.rangeFindings(summary, targets)
    }
  }

  private static func mismatch(
    _ severity: Finding.Severity, _ summary: NumberSummary, _ advice: String
  ) -> Finding {
    Finding(
      severity, .lossMismatch, at: "outputs",
      figure: "outputs from \(Words.number(summary.minimum)) to \(Words.number(summary.maximum))",
      advice: advice)
  }

  private static func classFindings(_ outputs: Tensor, _ summary: NumberSummary) -> [Finding] {
    guard outputs.rank > 1, outputs.shape[1] > 1 else {
      return [
        mismatch(
          .error, summary,
          "outputs \(outputs.shape) have no axis of several classes: their loss is always 0; give "
            + "one output a class, or use binaryCrossEntropy")
      ]
    }
    guard summary.minimum >= 0, summary.maximum <= 1 + 1e-5 else { return [] }
    let sums = NumberSummary(outputs.to(.float32).sum(along: 1))
    guard abs(sums.minimum - 1) < 1e-3, abs(sums.maximum - 1) < 1e-3 else { return [] }
    return [
      mismatch(
        .error, summary,
        "outputs are probabilities already, each sum 1, but the loss takes logits: leave the last "
          + "softmax out")
    ]
  }

  private static func binaryFindings(_ summary: NumberSummary) -> [Finding] {
    // Of scores that start around 0 half are negative.
    guard summary.minimum >= 0, summary.maximum <= 1, summary.count >= 8 else { return [] }
    return [
      mismatch(
        .warning, summary,
        "outputs look like probabilities, but the loss takes logits: leave the last sigmoid out")
    ]
  }

  private static func rangeFindings(_ summary: NumberSummary, _ targets: Tensor) -> [Finding] {
    let wanted = NumberSummary(targets)
    guard wanted.finiteCount > 0, summary.count >= 8 else { return [] }
    let figure =
      "outputs from \(Words.number(summary.minimum)) to \(Words.number(summary.maximum)), targets "
      + "from \(Words.number(wanted.minimum)) to \(Words.number(wanted.maximum))"
    if summary.minimum >= 0 && wanted.minimum < 0 {
      return [
        Finding(
          .warning, .lossMismatch, at: "outputs", figure: figure,
          advice: "no output is negative, as behind relu, sigmoid or softmax: leave that out")
      ]
    }
    if wanted.standardDeviation > 0,
      abs(wanted.mean) > 10 * max(abs(summary.maximum), abs(summary.minimum), 1)
        || wanted.standardDeviation > 100 * max(summary.standardDeviation, 1)
    {
      return [
        Finding(
          .warning, .notNormalized, at: "targets", figure: figure,
          advice: "standardize the targets, and undo it when predicting")
      ]
    }
    return []
  }
}
