import Foundation
import Interchange
import Optimizers
import Tensors

extension Trainer {
  /// Goes to the newest sound checkpoint of the folder. A run that has none yet stays at its
  /// beginning; one that has only damaged ones cannot go on.
  mutating func resume(_ session: RunSession<Batch>, _ folder: RunFolder) throws(TrainingError) {
    for slot in [CheckpointSlot.last, .previous, .best] {
      let path = folder.checkpointPath(slot)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do throws(TrainingError) {
        try load(CheckpointFile.open(path), session)
        session.checkpoint = path
        session.hasChanged = false
        return
      } catch {
        guard error.reason == .damagedCheckpoint || error.reason == .unreadable else { throw error }
        session.warnings.append("\(error)")
      }
    }
    if !session.warnings.isEmpty {
      throw TrainingError(
        .noCheckpoint, folder.checkpointsPath, found: session.warnings.joined(separator: "; "),
        expected: "one that is sound")
    }
  }

  /// Takes the state of a checkpoint, all of it or nothing.
  private mutating func load(
    _ file: SafeTensors, _ session: RunSession<Batch>
  ) throws(TrainingError) {
    let position: RunPosition = try CheckpointFile.value("position", of: file)
    let (batches, examples) = (session.source.batchCount, session.source.exampleCount)
    guard position.batchCount == batches, position.exampleCount == examples else {
      throw TrainingError(
        .otherData, file.file, found: "\(batches) batches of \(examples) examples in an epoch",
        expected: "\(position.batchCount) of \(position.exampleCount)")
    }
    let (epoch, interval) = (
      try loadMetrics(file, "epoch"), try loadMetrics(file, "interval")
    )
    var saved = SavedState(state)
    try saved.restore(file, renaming: { $0.hasPrefix("metrics.") ? nil : $0 })
    (state.model, state.optimizer, state.average) = (saved.model, saved.optimizer, saved.average)
    (epochMetrics, intervalMetrics) = (epoch, interval)
    self.position = position
    if options.mixedPrecision == .float16 {
      state.gradients?.scale = Number(position.lossScale.scale)
    }
  }

  private func loadMetrics(
    _ file: SafeTensors, _ part: String
  ) throws(TrainingError) -> [any Metric] {
    var loaded = metrics
    for index in loaded.indices {
      let name = "metrics.\(index).\(part)"
      let record = try? file.tensor(name).scalars(as: Double.self)
      guard let record, loaded[index].restore(record) else {
        throw TrainingError(
          .otherTraining, file.file, found: "another \(name)",
          expected: "what the metric \(loaded[index].name) noted")
      }
    }
    return loaded
  }
}
