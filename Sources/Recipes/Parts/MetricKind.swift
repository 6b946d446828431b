import Training

/// A metric by its name in logs: for which targets it is defined, and how it is made.
struct MetricKind: Sendable {
  let name: String
  let demand: LossKind.Demand
  let summary: String
  /// The metric for outputs of so many classes.
  let make: @Sendable (_ classes: Int) -> any Metric

  static let all: [MetricKind] = [
    MetricKind(name: "accuracy", demand: .classes, summary: "the part that is right") { _ in
      Accuracy()
    },
    MetricKind(name: "top_5", demand: .classes, summary: "right among the first five") { _ in
      TopKAccuracy(5)
    },
    MetricKind(name: "precision", demand: .classes, summary: "mean over the classes") {
      Precision(classCount: $0)
    },
    MetricKind(name: "recall", demand: .classes, summary: "mean over the classes") {
      Recall(classCount: $0)
    },
    MetricKind(name: "f1", demand: .classes, summary: "mean over the classes") {
      F1(classCount: $0)
    },
    MetricKind(name: "roc_auc", demand: .classes, summary: "one class against the others") { _ in
      ROCAUC()
    },
    MetricKind(
      name: "average_precision", demand: .classes, summary: "one class against the others"
    ) { _ in AveragePrecision() },
    MetricKind(name: "perplexity", demand: .classes, summary: "e to the mean loss of a token") {
      _ in Perplexity()
    },
    MetricKind(name: "mse", demand: .numbers, summary: "the mean squared error") { _ in
      MeanSquaredError()
    },
    MetricKind(name: "mae", demand: .numbers, summary: "the mean absolute error") { _ in
      MeanAbsoluteError()
    },
    MetricKind(name: "r2", demand: .numbers, summary: "the part of the variance explained") { _ in
      R2()
    },
  ]

  static func kind(_ name: String) -> MetricKind? { all.first { $0.name == name } }
}
