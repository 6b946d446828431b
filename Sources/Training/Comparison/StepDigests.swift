import Foundation
import Tensors

/// The digests of all tensors of a model after one step, and how large their numbers are: a line of
/// `digests.jsonl`, by which two runs can be compared step by step.
public struct StepDigests: Codable, Sendable, Hashable {
  /// Steps taken so far; 0 for what the run begins with.
  public let step: Int
  /// The tensors' names, in the order of the model.
  public let names: [String]
  /// Their digests, 16 hexadecimal digits each.
  public let digests: [String]
  /// √Σ x² of each; nil in lines that have digests alone.
  public let norms: [Double]?
  /// The sums of each one's sketch, in base 64; nil in lines that have digests alone.
  private let sketches: [String]?

  /// The digests of the parameters and buffers of a tree.
  public init<Tree: TensorTree>(of tree: Tree, step: Int) {
    let named = tree.namedTensors.filter { $0.role != .constant }
    self.step = step
    names = named.map(\.path)
    digests = named.map { TensorDigest($0.tensor).description }
    let sketches = named.map { TensorSketch($0.tensor) }
    norms = sketches.map(\.norm)
    self.sketches = sketches.map(\.text)
  }

  /// What is known of the tensors' numbers, by their names.
  private var sketchesByName: [String: TensorSketch] {
    guard let norms, let sketches else { return [:] }
    let known = zip(names, zip(norms, sketches)).compactMap { name, pair in
      TensorSketch(norm: pair.0, text: pair.1).map { (name, $0) }
    }
    return Dictionary(known) { first, _ in first }
  }

  /// Whether each name has all that belongs to it.
  private var isWhole: Bool {
    names.count == digests.count && (norms.map { $0.count == names.count } ?? true)
      && (sketches.map { $0.count == names.count } ?? true)
  }

  /// The tensors that have other digests in `other`, or are missing from one of both.
  public func differences(from other: StepDigests) -> [TensorDifference] {
    let others = Dictionary(zip(other.names, other.digests)) { first, _ in first }
    let own = Set(names)
    let (sketches, otherSketches) = (sketchesByName, other.sketchesByName)
    return zip(names, digests).compactMap { name, digest in
      guard let second = others[name] else {
        return TensorDifference(path: name, kind: .onlyInFirst)
      }
      if second == digest { return nil }
      let estimate = sketches[name].flatMap { sketch in
        otherSketches[name].map { TensorDifference.Estimate(sketch, $0) }
      }
      return TensorDifference(path: name, kind: .digests(estimate))
    }
      + other.names.filter { !own.contains($0) }.map {
        TensorDifference(path: $0, kind: .onlyInSecond)
      }
  }

  /// The lines of a file. A last line that a crash has cut short is left out; where a run went back
  /// to a checkpoint, the later line of a step counts.
  ///
  /// - Throws: `TrainingError` when there is no such file, or a line is none.
  public static func read(_ path: String) throws(TrainingError) -> [StepDigests] {
    let bytes = try readFile(path, expected: "digests of a run's steps")
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    var lines: [Int: StepDigests] = [:]
    for (number, line) in bytes[..<end].split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let digests = try? JSONDecoder.forRecords.decode(StepDigests.self, from: Data(line)),
        digests.isWhole
      else {
        throw TrainingError(
          .malformed, "\(path):\(number + 1)",
          found: String(decoding: line.prefix(80), as: UTF8.self), expected: "digests of a step")
      }
      lines[digests.step] = digests
    }
    return lines.values.sorted { $0.step < $1.step }
  }
}

extension RunFolder {
  /// The path of the digests of each step, which are there where they were asked for.
  public var digestsPath: String { path + "/digests.jsonl" }
}
