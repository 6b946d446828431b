/// How far a run has come.
public struct RunProgress: Sendable, Hashable {
  /// Steps taken.
  public var step: Int
  /// Epochs that are complete.
  public var epoch: Int
  /// Batches of the running epoch that were learned from, and all that it has.
  public var batch: Int
  public var batchCount: Int
  /// Examples that were learned from, over all epochs.
  public var examples: Int
  /// Epochs in all; nil where the length is given in steps.
  public var epochCount: Int?
  /// The part of the run that is done, 0...1.
  public var fraction: Double
  /// Seconds of training so far, those before a stop included.
  public var seconds: Double
  /// Examples a second since this process began to train.
  public var examplesPerSecond: Double
  /// Of those seconds, the part that was spent waiting for data.
  public var waitingFraction: Double
  /// The learning rate of the last step.
  public var learningRate: Double
  /// The mean loss of the running epoch.
  public var loss: Double

  /// What remains at the speed so far; nil before there is one.
  public var secondsLeft: Double? {
    fraction > 0 ? seconds * (1 - fraction) / fraction : nil
  }

  /// Epochs that are complete, and the part of the one that is not.
  public var epochs: Double {
    Double(epoch) + (batchCount > 0 ? Double(batch) / Double(batchCount) : 0)
  }
}
