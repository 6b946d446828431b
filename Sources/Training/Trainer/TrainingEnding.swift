/// How a run came to its end.
public struct TrainingEnding: Sendable, Hashable {
  /// Why.
  public enum Reason: Sendable, Hashable {
    /// All epochs or steps are done.
    case finished
    /// The metric that early stopping looks at has stopped to improve.
    case stoppedEarly(metric: String, best: Double)
    /// The time that a call of `run` may take is over.
    case outOfTime
    /// `isInterrupted` said so.
    case interrupted
    /// The loss is no longer a number, or the gradients; what it was is in `loss`. The state that this
    /// made is not saved.
    case diverged(loss: Double)
  }

  /// Why.
  public let reason: Reason
  /// How far the run has come.
  public let progress: RunProgress
  /// The best value of the monitored metric, and the step after which it was measured.
  public let best: BestValue?
  /// Where the state was saved; nil without a folder, or where it was not.
  public let checkpoint: String?
  /// Where the loss has become NaN or infinite: the first operation that made such a number, if it
  /// was looked for and found.
  public let origin: NonFiniteOrigin?

  /// Whether there is something left to do, so that the run can go on from its checkpoint.
  public var canGoOn: Bool { reason == .interrupted || reason == .outOfTime }
}

/// The best value of a metric so far.
public struct BestValue: Sendable, Hashable, Codable {
  /// The metric's name.
  public var metric: String
  /// Its value.
  public var value: Double
  /// After how many steps it was measured.
  public var step: Int
}

extension TrainingEnding: CustomStringConvertible {
  /// For people: what happened, where the state is, and how to go on.
  public var description: String {
    let place = "after step \(progress.step), in epoch \(progress.epoch + 1)"
    let saved = checkpoint.map { "; saved in \($0)" } ?? ""
    let next = checkpoint == nil ? "" : "; run it again with `resuming` to go on from there"
    switch reason {
    case .finished: return "finished after \(progress.step) steps" + saved
    case .stoppedEarly(let metric, let best):
      return "stopped early \(place): \(metric) is no better than \(best)" + saved
    case .outOfTime: return "out of time \(place)" + saved + next
    case .interrupted: return "interrupted \(place)" + saved + next
    case .diverged(let loss):
      return "diverged \(place): the loss is \(loss)" + (origin.map { "; \($0)" } ?? "")
    }
  }
}
