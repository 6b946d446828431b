/// How far a training run has come.
package struct TrainingProgress: Sendable, Hashable {
  /// A metric of the running epoch, beside the loss.
  package struct Metric: Sendable, Hashable {
    /// As in the log: `accuracy`.
    package var name: String
    package var value: Double

    package init(name: String, value: Double) { (self.name, self.value) = (name, value) }
  }

  /// Epochs begun, from 1; and all.
  package var epoch: Int
  package var epochCount: Int
  /// The part of the run that is done, 0 … 1.
  package var fraction: Double
  /// Mean loss over the epoch so far.
  package var loss: Double
  package var metric: Metric?
  package var examplesPerSecond: Double
  /// What remains at the speed so far; nil before there is one.
  package var secondsLeft: Double?
  /// Since the start.
  package var seconds: Double

  package init(
    epoch: Int, epochCount: Int, fraction: Double, loss: Double, metric: Metric?,
    examplesPerSecond: Double, secondsLeft: Double?, seconds: Double
  ) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.fraction = fraction
    self.loss = loss
    self.metric = metric
    self.examplesPerSecond = examplesPerSecond
    self.secondsLeft = secondsLeft
    self.seconds = seconds
  }

  /// One line of at most `width` columns: the bar takes what the numbers leave, and gives way to
  /// them when that is little. Where not even they have room, some are left out, whole.
  package func renderedBar(width: Int, _ style: TextStyle = .plain) -> String {
    let head = "epoch \(padded("\(epoch)", "\(epochCount)".count))/\(epochCount) "
    let (loss, metric, rate, left) = numbers(isShort: true)
    let choices = [
      [loss, metric, rate, left], [loss, metric, left], [loss, metric], [loss],
    ].map { $0.compactMap { $0 } }
    let tail =
      choices.map { " " + $0.joined(separator: "  ") }
      .first { head.count + $0.count - 1 <= width } ?? ""
    let room = width - head.count - tail.count
    guard room >= 4 else { return String((head + tail.dropFirst()).prefix(width)) }
    let filled = min(room, max(0, Int(fraction * Double(room))))
    let bar =
      style.green(String(repeating: "━", count: filled))
      + style.dim(String(repeating: "─", count: room - filled))
    return head + bar + tail
  }

  /// One line for a log.
  package func renderedLine() -> String {
    let (loss, metric, rate, left) = numbers(isShort: false)
    return (["epoch \(epoch)/\(epochCount)", loss, metric, rate, left].compactMap { $0 })
      .joined(separator: "  ")
  }

  private func numbers(
    isShort: Bool
  ) -> (loss: String, metric: String?, rate: String, left: String) {
    let shown = metric.map { metric in
      let name = isShort && metric.name == "accuracy" ? "acc" : metric.name
      return MetricWords.parts.contains(metric.name)
        ? "\(name) \(padded(fixed(100 * metric.value, 1), 5)) %"
        : "\(name) \(fixed(metric.value, 3))"
    }
    return (
      "loss \(fixed(loss, 4))", shown,
      "\(padded(fixed(examplesPerSecond, 0), 5))\(isShort ? "/s" : " examples/s")",
      "\(secondsLeft.map(clock) ?? "–:––") left"
    )
  }
}
