/// How far a training run has come.
package struct TrainingProgress: Sendable, Hashable {
  /// Epochs begun, from 1; and all.
  package var epoch: Int
  package var epochCount: Int
  /// Examples that steps have seen, over all epochs; and all that they will see.
  package var examples: Int
  package var exampleCount: Int
  /// Mean loss over the epoch so far.
  package var loss: Double
  /// Part of the epoch's examples, so far, that were classified right as they were trained on.
  package var accuracy: Double
  /// Since the start.
  package var seconds: Double

  package init(
    epoch: Int, epochCount: Int, examples: Int, exampleCount: Int, loss: Double,
    accuracy: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.examples = examples
    self.exampleCount = exampleCount
    self.loss = loss
    self.accuracy = accuracy
    self.seconds = seconds
  }

  package var examplesPerSecond: Double { seconds > 0 ? Double(examples) / seconds : 0 }

  /// What remains at the mean speed so far; nil before there is one.
  package var secondsLeft: Double? {
    examplesPerSecond > 0 ? Double(exampleCount - examples) / examplesPerSecond : nil
  }

  /// One line of at most `width` columns: the bar takes what the numbers leave, and gives way to
  /// them when that is little. Where not even they have room, some are left out, whole.
  package func renderedBar(width: Int, _ style: TextStyle = .plain) -> String {
    let head = "epoch \(padded("\(epoch)", "\(epochCount)".count))/\(epochCount) "
    let (loss, accuracy, rate, left) = numbers(accuracy: "acc", rate: "/s")
    let choices = [
      [loss, accuracy, rate, left], [loss, accuracy, left], [loss, accuracy], [loss],
    ]
    let tail =
      choices.map { " " + $0.joined(separator: "  ") }
      .first { head.count + $0.count - 1 <= width } ?? ""
    let room = width - head.count - tail.count
    guard room >= 4 else { return String((head + tail.dropFirst()).prefix(width)) }
    let part = exampleCount == 0 ? 1 : Double(examples) / Double(exampleCount)
    let filled = min(room, Int(part * Double(room)))
    let bar =
      style.green(String(repeating: "━", count: filled))
      + style.dim(String(repeating: "─", count: room - filled))
    return head + bar + tail
  }

  /// One line for a log.
  package func renderedLine() -> String {
    let (loss, accuracy, rate, left) = numbers(accuracy: "accuracy", rate: " examples/s")
    return "epoch \(epoch)/\(epochCount)  \(loss)  \(accuracy)  \(rate)  \(left)"
  }

  private func numbers(
    accuracy name: String, rate unit: String
  ) -> (loss: String, accuracy: String, rate: String, left: String) {
    (
      "loss \(fixed(loss, 4))", "\(name) \(padded(fixed(100 * accuracy, 1), 5)) %",
      "\(padded(fixed(examplesPerSecond, 0), 5))\(unit)",
      "\(secondsLeft.map(clock) ?? "–:––") left"
    )
  }
}
