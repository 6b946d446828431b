import Foundation
import Interchange
import Tensors

extension TensorDifference {
  /// The differences of two files of tensors, as checkpoints are, in the order of the first file's
  /// bytes; none where all bits are alike.
  ///
  /// - Throws: `InterchangeError` when one of them cannot be read.
  public static func between(
    _ first: SafeTensors, _ second: SafeTensors
  ) throws(InterchangeError) -> [TensorDifference] {
    var differences: [TensorDifference] = []
    for entry in first.entries {
      guard second[entry.name] != nil else {
        differences.append(TensorDifference(path: entry.name, kind: .onlyInFirst))
        continue
      }
      // One pair at a time, so that two large files fit.
      let (a, b) = (try first.tensor(entry.name), try second.tensor(entry.name))
      if let difference = TensorDifference(entry.name, a, b) { differences.append(difference) }
    }
    return differences
      + second.entries.filter { first[$0.name] == nil }.map {
        TensorDifference(path: $0.name, kind: .onlyInSecond)
      }
  }
}

extension Divergence {
  /// The same with differences of numbers in the place of estimates, where both folders have a
  /// checkpoint of the step.
  func measured(in first: RunFolder, _ second: RunFolder) -> Divergence {
    guard
      let (a, b) = first.checkpoint(ofStep: step).flatMap({ file in
        second.checkpoint(ofStep: step).map { (file, $0) }
      })
    else { return self }
    let measured = differences.map { difference -> TensorDifference in
      let name = "model." + difference.path
      guard case .digests = difference.kind, a[name] != nil, b[name] != nil,
        let x = try? a.tensor(name), let y = try? b.tensor(name)
      else { return difference }
      return TensorDifference(difference.path, x, y) ?? difference
    }
    return Divergence(
      step: step, lastAlike: lastAlike, differences: measured, evidence: evidence)
  }
}

extension RunFolder {
  /// A sound checkpoint of the state after so many steps, if there is one.
  fileprivate func checkpoint(ofStep step: Int) -> SafeTensors? {
    for slot in CheckpointSlot.allCases {
      if let file = try? CheckpointFile.open(checkpointPath(slot)),
        let position: RunPosition = try? CheckpointFile.value("position", of: file),
        position.step == step
      {
        return file
      }
    }
    return nil
  }
}
