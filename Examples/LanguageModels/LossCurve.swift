import Foundation

/// The loss over the steps of a training, to be drawn.
package struct LossCurve: Sendable {
  /// The loss of each step's batch.
  package var training: [Double] = []
  /// The loss on text that is not trained on, at some of the steps.
  package var validation: [(step: Int, loss: Double)] = []

  /// The training losses in `count` parts of equal length, each part's mean: batches differ, and
  /// their noise would hide the curve.
  func smoothed(into count: Int) -> [Double] {
    let count = min(count, training.count)
    return (0..<count).map { part in
      let range = part * training.count / count..<(part + 1) * training.count / count
      return training[range].reduce(0, +) / Double(range.count)
    }
  }

  /// Lines of at most 80 columns: `·` is the training loss, `●` the validation loss.
  package func figure(width: Int = 70, height: Int = 14) -> [String] {
    let means = smoothed(into: width)
    let losses = means + validation.map(\.loss)
    guard let low = losses.min(), let high = losses.max() else { return [] }
    let span = max(high - low, 1e-9)
    var cells = [[Character]](repeating: Array(repeating: " ", count: width), count: height)
    func place(_ mark: Character, _ column: Int, _ loss: Double) {
      let row = Int(((high - loss) / span * Double(height - 1)).rounded())
      cells[row][min(column, width - 1)] = mark
    }
    for (column, loss) in means.enumerated() { place("·", column, loss) }
    for point in validation { place("●", point.step * width / max(training.count, 1), point.loss) }
    let lines = cells.enumerated().map { row, cells in
      let loss = high - span * Double(row) / Double(height - 1)
      return String(format: "%7.3f │", loss) + String(cells)
    }
    let last = "\(training.count) steps"
    let scale = String(repeating: " ", count: width - last.count - 1) + last
    return lines + [
      "        └" + String(repeating: "─", count: width), "         0" + scale,
      "         · training, ● validation",
    ]
  }

  /// The same as a picture.
  package func svg(title: String, width: Int = 640, height: Int = 320) -> String {
    let means = smoothed(into: 200)
    let losses = means + validation.map(\.loss)
    let low = ((losses.min() ?? 0) * 10).rounded(.down) / 10
    let high = min(((losses.max() ?? 1) * 10).rounded(.up) / 10, low + 3)
    let (left, top) = (50.0, 36.0)
    let (inner, outer) = (Double(width) - left - 20, Double(height) - top - 40)
    func point(_ part: Double, _ loss: Double) -> String {
      let y = top + outer * (high - min(loss, high)) / (high - low)
      return String(format: "%.1f,%.1f", left + inner * part, y)
    }
    func line(_ points: [String], _ colour: String) -> String {
      #"  <polyline fill="none" stroke="\#(colour)" stroke-width="2" points="\#(points.joined(separator: " "))"/>"#
    }
    func text(_ x: Double, _ y: Double, _ words: String, _ anchor: String = "end") -> String {
      String(format: #"  <text x="%.1f" y="%.1f" text-anchor="%@">"#, x, y, anchor)
        + words + "</text>"
    }
    let steps = Double(max(training.count, 1))
    let levels = (0...4).map { low + (high - low) * Double($0) / 4 }
    let grid = levels.map { level -> String in
      let y = top + outer * (high - level) / (high - low)
      return String(
        format: ##"  <path stroke="#ddd" d="M%.1f %.1fH%.1f"/>"##, left, y, left + inner)
        + "\n" + text(left - 6, y + 4, String(format: "%.2f", level))
    }
    let training = means.enumerated().map { point((Double($0) + 0.5) / Double(means.count), $1) }
    let ends = [
      text(left, Double(height) - 20, "0", "start"),
      text(left + inner, Double(height) - 20, "\(self.training.count) steps"),
      text(left, 22, title + ": training loss grey, validation loss blue", "start"),
    ]
    let content =
      grid + [
        line(training, "#888"),
        line(validation.map { point(Double($0.step) / steps, $0.loss) }, "#1864ab"),
      ] + ends
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      font-family="sans-serif" font-size="12">
        <rect width="\(width)" height="\(height)" fill="#fff"/>
      \(content.joined(separator: "\n"))
      </svg>

      """
  }
}
