import Foundation

extension LossCurve {
  /// The curve as a picture in SVG: the training loss grey, the validation loss blue; see `figure`.
  package func svg(title: String) -> String {
    let means = smoothed(into: 200)
    let losses = (means + validation.map(\.loss)).filter(\.isFinite)
    let frame = Frame(losses: losses, steps: max(training.count, 1))
    let trained = means.enumerated().filter { $1.isFinite }.map { place, loss in
      frame.point((Double(place) + 0.5) / Double(means.count) * Double(frame.steps), loss)
    }
    let validated = validation.filter(\.loss.isFinite).map { frame.point(Double($0.step), $0.loss) }
    let content =
      frame.grid + [
        line(trained, "#868e96"), line(validated, "#1864ab"),
        label(frame.left, frame.bottom + 20, "0", "start"),
        label(frame.right, frame.bottom + 20, "\(training.count) steps", "end"),
        label(frame.left, 22, "\(title): training loss grey, validation loss blue", "start"),
      ]
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" font-family="sans-serif" \
      font-size="12">
        <rect width="640" height="320" fill="#fff"/>
      \(content.map { "  " + $0 }.joined(separator: "\n"))
      </svg>

      """
  }
}

/// Where steps and losses lie in the picture.
private struct Frame {
  let left = 50.0
  let right = 620.0
  let top = 36.0
  let bottom = 280.0
  let low: Double
  let high: Double
  let steps: Int

  init(losses: [Double], steps: Int) {
    low = ((losses.min() ?? 0) * 10).rounded(.down) / 10
    high = max(((losses.max() ?? 1) * 10).rounded(.up) / 10, low + 0.1)
    self.steps = steps
  }

  func height(of loss: Double) -> Double { bottom - (bottom - top) * (loss - low) / (high - low) }

  func point(_ step: Double, _ loss: Double) -> String {
    String(
      format: "%.1f,%.1f", left + (right - left) * step / Double(steps), height(of: loss))
  }

  /// Five horizontal lines with their losses.
  var grid: [String] {
    (0...4).flatMap { place -> [String] in
      let loss = low + (high - low) * Double(place) / 4
      let path = String(format: "M%.1f %.1fH%.1f", left, height(of: loss), right)
      return [
        "<path stroke=\"#dee2e6\" d=\"\(path)\"/>",
        label(left - 6, height(of: loss) + 4, String(format: "%.2f", loss), "end"),
      ]
    }
  }
}

private func line(_ points: [String], _ colour: String) -> String {
  "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\""
    + points.joined(separator: " ") + "\"/>"
}

private func label(_ x: Double, _ y: Double, _ words: String, _ anchor: String) -> String {
  String(format: "<text x=\"%.1f\" y=\"%.1f\"", x, y)
    + " text-anchor=\"\(anchor)\">\(words)</text>"
}
