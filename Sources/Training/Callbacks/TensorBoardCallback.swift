import Datasets
import Interchange
import Tensors

/// Writes what goes into the log also into a TensorBoard event file of the run's folder.
///
/// Metrics stand under `loss/training`, `loss/validation` and so on, settings under
/// `training/learning_rate`, histograms under the parameters' paths, warnings as text.
public struct TensorBoardCallback: TrainingCallback {
  private let writer: TensorBoardWriter

  /// Begins an event file in a folder, which must exist.
  ///
  /// - Parameter resumedAt: The step from which the run goes on, where it does.
  /// - Throws: `InterchangeError` when the file cannot be created.
  public init(in folder: RunFolder, resumedAt step: Int? = nil) throws(InterchangeError) {
    writer = try TensorBoardWriter(folder: folder.path, resumedAt: step)
  }

  public mutating func afterEvent(_ event: RunEvent) throws {
    let values = TensorBoardCallback.values(of: event)
    if !values.isEmpty { try writer.add(values, step: event.step) }
    // Histograms come in crowds; what ends a group of lines is seen at once.
    if event.event != .histogram { try writer.flush() }
  }

  static func values(of event: RunEvent) -> [String: TensorBoardValue] {
    switch event.event {
    case .training, .validation:
      let settings = RunHistory.settings
      let pairs = (event.values ?? [:]).map { name, value in
        (
          settings.contains(name) ? "training/\(name)" : "\(name)/\(event.event.rawValue)",
          TensorBoardValue.scalar(value)
        )
      }
      return Dictionary(pairs) { first, _ in first }
    case .histogram:
      guard let name = event.name, let histogram = event.histogram else { return [:] }
      let tag =
        name.hasPrefix(RunHistory.gradientPrefix)
        ? "gradients/" + name.dropFirst(RunHistory.gradientPrefix.count) : "weights/" + name
      return [
        tag: .histogram(
          TensorBoardHistogram(edges: histogram.edges, counts: histogram.counts))
      ]
    case .warning:
      return ["warnings": .text("**\(event.name ?? "run")** \(event.text ?? "")")]
    case .start, .checkpoint, .end: return [:]
    }
  }
}
