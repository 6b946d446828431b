/// Why training could not begin, go on or be recorded: where, what was found and what was expected.
public struct TrainingError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// Another process, or another call in this one, trains in the folder.
    case folderInUse = "the run's folder is in use"
    /// The folder has a run already, and it was not asked to go on.
    case folderTaken = "the folder holds a run already"
    /// The system refused to read something.
    case unreadable = "cannot be read"
    /// The system refused to write something, as on a full disk; the last checkpoint is whole.
    case unwritable = "cannot be written"
    /// A checkpoint is not what was written.
    case damagedCheckpoint = "damaged checkpoint"
    /// No checkpoint is there, or none of them is sound.
    case noCheckpoint = "no checkpoint to go on from"
    /// The checkpoint is of another model, optimizer or other options.
    case otherTraining = "the checkpoint is of another training"
    /// The data have other sizes than when the checkpoint was made.
    case otherData = "the data are not those of the checkpoint"
    /// A record or a log is not what the format says.
    case malformed = "malformed record"
    /// There is nothing to train on.
    case noData = "no data"
    /// A monitor names a metric that is not measured.
    case unknownMetric = "unknown metric"
  }

  /// What went wrong.
  public let reason: Reason
  /// A path, or what else the trouble is with.
  public let place: String
  /// What stood there.
  public let found: String
  /// What would have been right.
  public let expected: String

  /// Creates an error; `found` and `expected` complete “found …, expected …”.
  public init(_ reason: Reason, _ place: String, found: String, expected: String) {
    self.reason = reason
    self.place = place
    self.found = found
    self.expected = expected
  }
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    "\(place): \(reason.rawValue): found \(found), expected \(expected)"
  }
}
