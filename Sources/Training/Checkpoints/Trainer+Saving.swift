import Interchange
import Optimizers
import Tensors

extension Trainer {
  /// Saves the state as the newest checkpoint of the run's folder.
  mutating func save(_ session: RunSession<Batch>) throws {
    guard let open = session.folder else { return }
    let path = open.folder.checkpointPath(.last)
    // The line comes first, so that the log goes on behind it.
    try write(.checkpoint, session, text: path)
    let file = try beginCheckpoint(path, session)
    try open.keepPrevious()
    try CheckpointFile.finish(file, path)
    session.checkpoint = path
    session.hasChanged = false
    let progress = progress(session)
    try session.tell { try $0.afterCheckpoint(path, progress) }
    try session.writeQueue()
  }

  /// Saves the state as that of the best value; without a folder the model stays in memory.
  mutating func saveBest(_ session: RunSession<Batch>) throws {
    guard let path = session.folder?.folder.checkpointPath(.best) else {
      if session.validation != nil { bestModel = validatedModel }
      return
    }
    try CheckpointFile.finish(try beginCheckpoint(path, session), path)
  }

  /// Writes the state aside, down to the disk.
  private mutating func beginCheckpoint(
    _ path: String, _ session: RunSession<Batch>
  ) throws(TrainingError) -> NewFile {
    position.seconds = session.totalSeconds
    position.logBytes = session.folder?.log?.byteCount ?? 0
    let saved = SavedState(state)
    var tensors = saved.stateDictionary
    for index in metrics.indices {
      tensors["metrics.\(index).epoch"] = Tensor(epochMetrics[index].record)
      tensors["metrics.\(index).interval"] = Tensor(intervalMetrics[index].record)
    }
    var texts = try CheckpointFile.texts(position, saved, path)
    texts["validates_average"] = options.averaging?.isValidated == true ? "true" : "false"
    return try CheckpointFile.begin(tensors, texts, at: path)
  }
}
