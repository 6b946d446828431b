import Foundation
import Myelin
import Testing

/// What is left of a run, without what depends on the clock: for comparing one that was stopped with
/// one that was not.
struct RunOutcome: Hashable {
  /// The bits of each tensor of the last checkpoint.
  var tensors: [String: [UInt64]] = [:]
  /// The position in it.
  var position = ""
  /// The lines of the log but those that say that the run began.
  var events: [RunEvent] = []

  init(of folder: RunFolder) throws {
    let file = try SafeTensors(contentsOf: folder.checkpointPath(.last))
    for name in file.names {
      tensors[name] = try file.tensor(name).scalars(as: Double.self).map(\.bitPattern)
    }
    let text = Data((file.metadata["position"] ?? "").utf8)
    var values = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    for key in ["seconds", "logBytes"] { values[key] = nil }
    let rest = try JSONSerialization.data(withJSONObject: values, options: .sortedKeys)
    position = String(decoding: rest, as: UTF8.self) + (file.metadata["numbers"] ?? "")
    for var event in try folder.events() where event.event != .start && event.event != .warning {
      event.seconds = 0
      event.text = event.text.map { $0.replacing(folder.path, with: "") }
      for name in ["examples_per_second", "waiting_fraction"] { event.values?[name] = nil }
      events.append(event.comparable)
    }
  }
}

extension RunEvent {
  /// The same with a number in the place of NaN, which equals nothing.
  var comparable: RunEvent {
    var event = self
    event.values = values?.mapValues { $0.isNaN ? -12_345 : $0 }
    return event
  }
}

extension RunOutcome {
  /// Expects two runs to have left the same.
  func expectSame(
    _ other: RunOutcome, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      Set(tensors.keys) == Set(other.tensors.keys), "\(comment)", sourceLocation: sourceLocation)
    let different = tensors.filter { other.tensors[$0.key] != $0.value }.keys.sorted()
    #expect(different == [], "\(comment)", sourceLocation: sourceLocation)
    #expect(position == other.position, "\(comment)", sourceLocation: sourceLocation)
    #expect(events == other.events, "\(comment)", sourceLocation: sourceLocation)
  }
}

/// Runs a test in a folder of its own, which is gone afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder =
    FileManager.default.temporaryDirectory.path(percentEncoded: false)
    + "/myelin-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The names in a folder, sorted.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// A callback that ends the run at once after a step, as a crash would.
struct Crash: TrainingCallback {
  struct Error: Swift.Error {}
  /// The step, from 1.
  let step: Int

  func afterStep<Model: TensorTree, Batch: ExampleBatch>(
    _ moment: TrainingMoment<Model, Batch>
  ) throws {
    if moment.progress.step == step { throw Error() }
  }
}
