/// What a model reached on some data.
public struct Evaluation: Sendable {
  /// The mean loss; each example weighs the same, or what else the objective counts.
  public let loss: Double
  /// The metrics, with all that they noted.
  public let metrics: [any Metric]
  /// How many examples there were.
  public let examples: Int

  /// The metrics by name, with `loss`.
  public var values: [String: Double] {
    var values = ["loss": loss]
    for metric in metrics { values[metric.name] = metric.value }
    return values
  }

  /// The confusion matrix, where one is among the metrics, or one of at most 1,000 classes is behind
  /// one of them.
  public var confusionMatrix: ConfusionMatrix? {
    for metric in metrics {
      if let matrix = metric as? ConfusionMatrix { return matrix }
      if let metric = metric as? any ClassScoreMetric, metric.matrix.classCount <= 1000 {
        return metric.matrix
      }
    }
    return nil
  }
}
