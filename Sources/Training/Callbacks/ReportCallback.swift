import Datasets
import Tensors

/// Writes `report.html` into the run's folder after each checkpoint and at the end.
public struct ReportCallback: TrainingCallback {
  private let folder: RunFolder

  /// Reports of the run in `folder`.
  public init(in folder: RunFolder) { self.folder = folder }

  public mutating func afterCheckpoint(_ path: String, _ progress: RunProgress) throws {
    try Report.write(for: folder)
  }

  public mutating func atEnd(_ ending: TrainingEnding) throws {
    try Report.write(for: folder)
  }
}
