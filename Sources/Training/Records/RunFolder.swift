import Foundation

/// The folder of a run: what was run, what happened, what came of it.
///
///     let folder = RunFolder("runs/digits")
///     let ending = try trainer.run(on: training, validation: validation, in: folder)
///     for event in try folder.events() where event.event == .validation { … }
///
/// | file | what it holds |
/// |---|---|
/// | `recipe.yaml` | the recipe as it was run; programs have none |
/// | `run.json` | `RunRecord`: versions, machine, threads, seed, command, start |
/// | `log.jsonl` | a `RunEvent` a line |
/// | `checkpoints/` | `last`, `previous` and `best`, each a safetensors file with a checksum |
/// | `report.html` | the report |
/// | `lock` | held by the process that trains |
public struct RunFolder: Sendable, Hashable {
  /// Where it is.
  public let path: String

  /// The folder of this path, which need not be there.
  public init(_ path: String) { self.path = path }

  /// The path of the recipe.
  public var recipePath: String { path + "/recipe.yaml" }
  /// The path of the record.
  public var recordPath: String { path + "/run.json" }
  /// The path of the log.
  public var logPath: String { path + "/log.jsonl" }
  /// The path of the report.
  public var reportPath: String { path + "/report.html" }
  /// The path of the folder of checkpoints.
  public var checkpointsPath: String { path + "/checkpoints" }
  /// The path of a checkpoint.
  public func checkpointPath(_ slot: CheckpointSlot) -> String {
    "\(checkpointsPath)/\(slot.rawValue).safetensors"
  }
  var lockPath: String { path + "/lock" }

  /// Whether a run has begun here.
  public var hasRun: Bool { FileManager.default.fileExists(atPath: logPath) }

  /// The lines of the log. A last line that a crash has cut short is left out.
  ///
  /// - Throws: `TrainingError` when there is no log, or a line is none.
  public func events() throws(TrainingError) -> [RunEvent] { try RunLog.read(logPath) }

  /// The record of what was run.
  ///
  /// - Throws: `TrainingError` when there is none, or it is malformed.
  public func record() throws(TrainingError) -> RunRecord { try RunRecord(contentsOf: recordPath) }
}

/// Which of a run's checkpoints.
public enum CheckpointSlot: String, Sendable, Hashable, CaseIterable {
  /// The newest one.
  case last
  /// The one before it.
  case previous
  /// That of the best value of the monitored metric.
  case best
}
