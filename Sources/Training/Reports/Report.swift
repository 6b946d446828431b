import Foundation
import Interchange

/// A run as one page that opens anywhere: curves, histograms, confusion matrix, examples, recipe and
/// environment.
///
///     try Report(of: RunFolder("runs/digits")).write()
///
/// The page needs no network and holds its pictures itself; without JavaScript only the values under
/// the pointer are missing. Long runs are thinned, so that a page stays below 2 MB.
public struct Report: Sendable {
  /// The title, as a rule the name of the run's folder.
  public var title: String
  /// What happened.
  public var events: [RunEvent]
  /// What was run where; nil where that is not known.
  public var record: RunRecord?
  /// The recipe as it was run; nil for programs.
  public var recipe: String?
  /// What the trained model makes of test data; nil where it was not tested.
  public var evaluation: ReportEvaluation?

  /// A report of these parts.
  public init(
    title: String, events: [RunEvent], record: RunRecord? = nil, recipe: String? = nil,
    evaluation: ReportEvaluation? = nil
  ) {
    self.title = title
    self.events = events
    self.record = record
    self.recipe = recipe
    self.evaluation = evaluation
  }

  /// A report of what a run's folder holds. Of the files but the log each may be missing.
  ///
  /// - Throws: `TrainingError` when there is no log, or a file is malformed.
  public init(
    of folder: RunFolder, evaluation: ReportEvaluation? = nil
  ) throws(TrainingError) {
    let files = FileManager.default
    let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
    let hasRecipe = files.fileExists(atPath: folder.recipePath)
    self.init(
      title: name, events: try folder.events(),
      record: files.fileExists(atPath: folder.recordPath) ? try folder.record() : nil,
      recipe: hasRecipe
        ? String(decoding: try readFile(folder.recipePath, expected: "a recipe"), as: UTF8.self)
        : nil, evaluation: evaluation)
  }

  /// Writes the page to a file, whole or not at all.
  ///
  /// - Throws: `TrainingError` when the file cannot be written.
  public func write(to path: String) throws(TrainingError) {
    try writeWhole(html, to: path)
  }

  /// Writes the page of a run into its folder, as `report.html`.
  ///
  /// - Throws: `TrainingError` when the log or another file cannot be read, or the page written.
  public static func write(
    for folder: RunFolder, evaluation: ReportEvaluation? = nil
  ) throws(TrainingError) {
    try Report(of: folder, evaluation: evaluation).write(to: folder.reportPath)
  }
}

/// Writes a text to a file that comes into being whole or not at all.
func writeWhole(_ text: String, to path: String) throws(TrainingError) {
  do throws(InterchangeError) {
    try NewFile.write(Array(text.utf8), to: path)
  } catch {
    throw TrainingError(.unwritable, path, found: error.found, expected: error.expected)
  }
}
