/// What a trained model makes of test data, for a report.
public struct ReportEvaluation: Sendable {
  /// One example: what it is, what the model took it for.
  public struct Example: Sendable, Hashable {
    /// What it is, in words.
    public var actual: String
    /// What the model took it for.
    public var predicted: String
    /// The probability of `predicted`, 0…1, where there is one.
    public var probability: Double?
    /// The loss of this example.
    public var loss: Double
    /// The picture as a PNG file, where there is one.
    public var picture: [UInt8]?
    /// Where it is from, or the text that it is.
    public var caption: String

    public init(
      actual: String, predicted: String, probability: Double? = nil, loss: Double,
      picture: [UInt8]? = nil, caption: String = ""
    ) {
      self.actual = actual
      self.predicted = predicted
      self.probability = probability
      self.loss = loss
      self.picture = picture
      self.caption = caption
    }
  }

  /// Which data: `validation`, `test`.
  public var dataName: String
  /// Metrics by name, with `loss`.
  public var values: [String: Double]
  /// How often examples of each class were taken for each class.
  public var confusion: ConfusionMatrix?
  /// The names of the classes; numbers where there are none.
  public var classNames: [String]
  /// The examples of the largest loss, the worst first.
  public var worst: [Example]
  /// The examples of the smallest loss, the best first.
  public var best: [Example]

  public init(
    dataName: String, values: [String: Double] = [:], confusion: ConfusionMatrix? = nil,
    classNames: [String] = [], worst: [Example] = [], best: [Example] = []
  ) {
    self.dataName = dataName
    self.values = values
    self.confusion = confusion
    self.classNames = classNames
    self.worst = worst
    self.best = best
  }

  /// The name of a class.
  func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : String(label)
  }
}
