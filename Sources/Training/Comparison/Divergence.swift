import Foundation
import Interchange
import Tensors

/// The first step after which two runs differ, and in what.
public struct Divergence: Sendable, Hashable, Codable {
  /// How it was found.
  public enum Evidence: String, Sendable, Hashable, Codable {
    /// By the digests that both runs wrote.
    case digests
    /// By the numbers in both logs; the first difference may be older than the first line that shows
    /// it.
    case logs
    /// By running both again side by side.
    case replay
  }

  /// Steps taken when the difference is first seen; 0 where the runs begin with other weights.
  public let step: Int
  /// The last step that was compared before, and after which both were alike; nil where there is
  /// none.
  public let lastAlike: Int?
  /// What differs: tensors in the order of the model; for logs, values by name.
  public let differences: [TensorDifference]
  /// How it was found.
  public let evidence: Evidence

  init(
    step: Int, lastAlike: Int?, differences: [TensorDifference], evidence: Evidence
  ) {
    self.step = step
    self.lastAlike = lastAlike
    self.differences = differences
    self.evidence = evidence
  }

  /// The first difference of two runs by what their folders hold: by digests where both have them,
  /// otherwise by their logs. Nil where all that both have is alike.
  ///
  /// Digests estimate how far apart tensors are; where both runs have a checkpoint of that step, it is
  /// known.
  ///
  /// - Throws: `TrainingError` when a folder has no log, one of the files is malformed, or the runs
  ///   have no step in common.
  public static func between(
    _ first: RunFolder, _ second: RunFolder
  ) throws(TrainingError) -> Divergence? {
    let files = FileManager.default
    guard files.fileExists(atPath: first.digestsPath), files.fileExists(atPath: second.digestsPath)
    else { return try between(logs: first.events(), second.events(), first.path, second.path) }
    let divergence = try between(
      digests: StepDigests.read(first.digestsPath), StepDigests.read(second.digestsPath),
      first.path, second.path)
    return divergence?.measured(in: first, second)
  }

  private static func between(
    digests first: [StepDigests], _ second: [StepDigests], _ name: String, _ other: String
  ) throws(TrainingError) -> Divergence? {
    let others = Dictionary(second.map { ($0.step, $0) }) { $1 }
    let common = first.filter { others[$0.step] != nil }
    try require(!common.isEmpty, name, other)
    var lastAlike: Int?
    for digests in common {
      let differences = others[digests.step].map { digests.differences(from: $0) } ?? []
      if !differences.isEmpty {
        return Divergence(
          step: digests.step, lastAlike: lastAlike, differences: differences, evidence: .digests)
      }
      lastAlike = digests.step
    }
    return nil
  }

  /// Values that depend on the machine and its load, and say nothing about the model.
  private static let speeds = ["examples_per_second", "waiting", "data_seconds", "memory"]

  private static func between(
    logs first: [RunEvent], _ second: [RunEvent], _ name: String, _ other: String
  ) throws(TrainingError) -> Divergence? {
    struct Key: Hashable { let kind: RunEvent.Kind, step: Int }
    func values(_ events: [RunEvent]) -> [Key: [String: Double]] {
      let pairs = events.filter { $0.event == .training || $0.event == .validation }
        .compactMap { event in event.values.map { (Key(kind: event.event, step: event.step), $0) } }
      return Dictionary(pairs) { $1 }
    }
    let (own, others) = (values(first), values(second))
    let common = own.keys.filter { others[$0] != nil }.sorted {
      ($0.step, $0.kind.rawValue) < ($1.step, $1.kind.rawValue)
    }
    try require(!common.isEmpty, name, other)
    var lastAlike: Int?
    for key in common {
      let (a, b) = (own[key] ?? [:], others[key] ?? [:])
      let differences = a.keys.sorted().compactMap { name -> TensorDifference? in
        guard let x = a[name], let y = b[name], !isSpeed(name), !(x == y || x.isNaN && y.isNaN)
        else { return nil }
        return TensorDifference(
          path: "\(key.kind.rawValue) \(name)",
          kind: .values(count: 1, of: 1, largest: abs(x - y), place: 0))
      }
      if !differences.isEmpty {
        return Divergence(
          step: key.step, lastAlike: lastAlike, differences: differences, evidence: .logs)
      }
      lastAlike = key.step
    }
    return nil
  }

  private static func isSpeed(_ name: String) -> Bool {
    speeds.contains { name.hasPrefix($0) } || name.hasSuffix("_per_second")
      || name.hasSuffix("seconds")
  }

  private static func require(
    _ hasCommon: Bool, _ first: String, _ second: String
  ) throws(TrainingError) {
    if hasCommon { return }
    throw TrainingError(
      .malformed, "\(first) and \(second)", found: "no step that both have recorded",
      expected: "runs with some steps in common")
  }
}

extension Divergence {
  /// Runs two trainings side by side and compares all tensors bit by bit, before the first step and
  /// after each. Nil where they stay alike.
  ///
  /// - Parameters:
  ///   - stepCount: The most steps.
  ///   - first: A step of the first one: gives the state after it, nil at the end; called first for
  ///     the state at the start.
  ///   - second: The same for the second.
  public static func replaying<State: TensorTree, Failure: Error>(
    stepCount: Int, _ first: (Int) throws(Failure) -> State?,
    _ second: (Int) throws(Failure) -> State?
  ) throws(Failure) -> Divergence? {
    for step in 0...max(stepCount, 0) {
      guard let a = try first(step), let b = try second(step) else { return nil }
      let differences = TensorDifference.between(listed(a), listed(b))
      if !differences.isEmpty {
        return Divergence(
          step: step, lastAlike: step == 0 ? nil : step - 1, differences: differences,
          evidence: .replay)
      }
    }
    return nil
  }

  private static func listed<Tree: TensorTree>(_ tree: Tree) -> [(path: String, tensor: Tensor)] {
    tree.namedTensors.filter { $0.role != .constant }.map { ($0.path, $0.tensor) }
  }
}

extension Divergence: CustomStringConvertible {
  public var description: String {
    let before =
      lastAlike.map { $0 == 0 ? "alike before it" : "alike up to step \($0)" }
      ?? "nothing earlier is in both"
    let source = evidence == .logs ? "; the logs show values alone" : ""
    let place =
      step == 0 ? "before the first step" : "at step \(step) (\(before)\(source))"
    let shown = differences.prefix(20).map { "  \($0)" }
    let rest = differences.count > 20 ? ["  … \(differences.count - 20) more"] : []
    return (["first difference \(place):"] + shown + rest)
      .joined(separator: "\n")
  }
}
