/// A line of a run's log, `log.jsonl`: what happened, at which step, when.
public struct RunEvent: Codable, Sendable, Hashable {
  /// What a line tells.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// The run begins, or goes on after a stop.
    case start
    /// Steps of training: the mean of what was measured since the last such line.
    case training
    /// The model was tested on data that it does not learn from.
    case validation
    /// How numbers of a parameter or of its gradient are distributed.
    case histogram
    /// Something that a person should look at: a dead layer, a vanishing gradient.
    case warning
    /// The state was saved.
    case checkpoint
    /// The run has ended.
    case end
  }

  /// A histogram: `counts[i]` numbers are in `edges[i] ..< edges[i + 1]`.
  public struct Histogram: Codable, Sendable, Hashable {
    public var edges: [Double]
    public var counts: [Int]

    public init(edges: [Double], counts: [Int]) {
      self.edges = edges
      self.counts = counts
    }
  }

  /// What the line tells.
  public var event: Kind
  /// Steps that were taken so far.
  public var step: Int
  /// Epochs that are complete, and the part of the one that is not.
  public var epoch: Double
  /// Seconds of training so far, those before a stop included.
  public var seconds: Double
  /// Numbers by name: `loss`, `accuracy`, `learning_rate`, `gradient_norm`,
  /// `examples_per_second`. A number that is none is written as the string `nan`, `inf` or `-inf`.
  public var values: [String: Double]?
  /// What a histogram or a warning is about: a parameter's path, or `gradient:` and the path.
  public var name: String?
  /// For a histogram.
  public var histogram: Histogram?
  /// For people: a warning, a file's name, why the run has ended.
  public var text: String?

  public init(
    _ event: Kind, step: Int, epoch: Double, seconds: Double, values: [String: Double]? = nil,
    name: String? = nil, histogram: Histogram? = nil, text: String? = nil
  ) {
    self.event = event
    self.step = step
    self.epoch = epoch
    self.seconds = seconds
    self.values = values
    self.name = name
    self.histogram = histogram
    self.text = text
  }
}
