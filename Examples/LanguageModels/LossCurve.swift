import Foundation

/// The loss over the steps of a training, to be drawn.
package struct LossCurve: Sendable {
  /// The loss of each step's batch.
  package var training: [Double] = []
  /// The loss on text that is not trained on, at some of the steps.
  package var validation: [(step: Int, loss: Double)] = []

  package init() {}

  /// The training losses in `count` parts of equal length, each part's mean: batches differ, and
  /// their noise would hide the curve.
  func smoothed(into count: Int) -> [Double] {
    let count = min(count, training.count)
    return (0..<count).map { part in
      let range = part * training.count / count..<(part + 1) * training.count / count
      return training[range].reduce(0, +) / Double(range.count)
    }
  }

  /// Lines of at most 80 columns: `·` is the training loss, `●` the validation loss. Losses that are
  /// no finite numbers, where training came to grief, are left out.
  package func figure(width: Int = 70, height: Int = 14) -> [String] {
    let means = smoothed(into: width)
    let losses = (means + validation.map(\.loss)).filter(\.isFinite)
    guard let low = losses.min(), let high = losses.max() else { return [] }
    let span = max(high - low, 1e-9)
    var cells = [[Character]](repeating: Array(repeating: " ", count: width), count: height)
    func place(_ mark: Character, _ column: Int, _ loss: Double) {
      guard loss.isFinite else { return }
      let row = Int(((high - loss) / span * Double(height - 1)).rounded())
      cells[row][min(column, width - 1)] = mark
    }
    for (column, loss) in means.enumerated() { place("·", column * width / means.count, loss) }
    for point in validation { place("●", point.step * width / max(training.count, 1), point.loss) }
    let lines = cells.enumerated().map { row, cells in
      let loss = high - span * Double(row) / Double(height - 1)
      let end = cells.lastIndex { $0 != " " } ?? -1
      return String(format: "%7.3f │", loss) + String(cells[...end])
    }
    let last = "\(training.count) steps"
    let scale = String(repeating: " ", count: width - last.count - 1) + last
    return lines + [
      "        └" + String(repeating: "─", count: width), "         0" + scale,
      "         · training, ● validation",
    ]
  }
}
