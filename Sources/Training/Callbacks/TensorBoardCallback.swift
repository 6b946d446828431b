import Datasets
import Foundation
import Interchange
import Tensors

/// Writes what goes into the log also into a TensorBoard event file of the run's folder.
///
/// Metrics stand under `loss/training`, `loss/validation` and so on, settings under
/// `training/learning_rate`, histograms under the parameters' paths, warnings as text.
///
/// A run that goes on begins a file of its own, which tells TensorBoard to forget the older ones, and
/// writes what the log holds of the steps before: each value stands there once, wherever the run was
/// stopped.
public struct TensorBoardCallback: TrainingCallback {
  private let folder: RunFolder
  private var writer: TensorBoardWriter?

  /// Event files of the run in `folder`.
  public init(in folder: RunFolder) { self.folder = folder }

  public mutating func atStart<Model: TensorTree>(_ model: Model, _ progress: RunProgress) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let hasOlder = names.contains { $0.hasPrefix("events.out.tfevents.") }
    let writer = try TensorBoardWriter(folder: folder.path, resumedAt: hasOlder ? 0 : nil)
    self.writer = writer
    let now = Date().timeIntervalSince1970
    for event in folder.hasRun ? try folder.events() : [] {
      try TensorBoardCallback.add(event, to: writer, time: now - progress.seconds + event.seconds)
    }
    try writer.flush()
  }

  public mutating func afterEvent(_ event: RunEvent) throws {
    guard let writer else { return }
    try TensorBoardCallback.add(event, to: writer)
    // Histograms come in crowds; what ends a group of lines is seen at once.
    if event.event != .histogram { try writer.flush() }
  }

  private static func add(
    _ event: RunEvent, to writer: TensorBoardWriter, time: Double? = nil
  ) throws {
    let values = values(of: event)
    if !values.isEmpty { try writer.add(values, step: event.step, time: time) }
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
