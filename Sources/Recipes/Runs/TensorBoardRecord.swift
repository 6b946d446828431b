import Training

/// TensorBoard's event files of a run, also of one that goes on: its file then stands beside the
/// older ones, which count up to the checkpoint.
package struct TensorBoardRecord: TrainingCallback {
  private let folder: RunFolder
  private var writer: TensorBoardCallback?

  /// Of the run in `folder`; a file begins when training does, which knows the step by then.
  package init(in folder: RunFolder) { self.folder = folder }

  package mutating func afterEvent(_ event: RunEvent) throws {
    if writer == nil {
      // What stands at the checkpoint's own step was written before it, and stays.
      let isResumed = event.event == .start && event.text != nil
      writer = try TensorBoardCallback(in: folder, resumedAt: isResumed ? event.step + 1 : 0)
    }
    try writer?.afterEvent(event)
  }
}
