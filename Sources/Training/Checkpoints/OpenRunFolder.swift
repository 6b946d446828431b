import Foundation
import Glibc

/// A run's folder while somebody trains in it: locked, its log open.
final class OpenRunFolder {
  let folder: RunFolder
  private(set) var log: RunLog?
  private let lock: RunLock

  /// Makes the folder where it is not there, and locks it.
  init(_ folder: RunFolder, resuming: Bool) throws(TrainingError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder.checkpointsPath, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(
        .unwritable, folder.path, found: "\(error)", expected: "a folder for the run")
    }
    lock = try RunLock(folder.lockPath)
    if !resuming && folder.hasRun {
      throw TrainingError(
        .folderTaken, folder.path, found: folder.logPath,
        expected: "a new folder, or to be asked to resume")
    }
    self.folder = folder
  }

  /// Opens the log, cut to the size that it had when the state was saved, and removes what a killed
  /// process has left of a file.
  func openLog(keeping byteCount: Int) throws(TrainingError) {
    log = try RunLog(folder.logPath, keeping: byteCount)
    for path in [folder.path, folder.checkpointsPath] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for name in names where name.hasPrefix(".") && name.hasSuffix(".partial") {
        unlink("\(path)/\(name)")
      }
    }
  }

  /// Makes the newest checkpoint the one before it.
  func keepPrevious() throws(TrainingError) {
    let previous = folder.checkpointPath(.previous)
    if rename(folder.checkpointPath(.last), previous) != 0 && errno != ENOENT {
      throw .system(.unwritable, previous, errno, expected: "a place for the checkpoint before")
    }
  }

  /// Writes what was run.
  func write(_ record: RunRecord) throws(TrainingError) {
    let encoder = JSONEncoder.forRecords
    encoder.outputFormatting.insert(.prettyPrinted)
    let text: String
    do {
      text = String(decoding: try encoder.encode(record), as: UTF8.self)
    } catch {
      throw TrainingError(
        .malformed, folder.recordPath, found: "\(error)", expected: "a record of plain values")
    }
    try writeWhole(text, to: folder.recordPath)
  }
}
