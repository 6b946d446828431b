/// How values of metrics are written.
enum MetricWords {
  /// Parts of a whole, which are shown in percent.
  static let parts: Set<String> = ["accuracy", "top_5", "precision", "recall", "f1"]

  static func shown(_ name: String, _ value: Double) -> String {
    parts.contains(name) ? fixed(100 * value, 2) + " %" : fixed(value, 4)
  }
}
