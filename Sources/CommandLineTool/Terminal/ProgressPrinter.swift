/// Shows progress: on a terminal a bar in place, ten times a second at most; elsewhere a line for
/// each epoch.
struct ProgressPrinter {
  private let terminal: Terminal
  private var lastShown: Double?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// Whether a bar would be shown at this time.
  func isDue(seconds: Double) -> Bool {
    terminal.isInteractive && (lastShown.map { seconds - $0 >= 0.1 } ?? true)
  }

  /// To be called after each step.
  ///
  /// - Throws: `CommandError` when it cannot be shown.
  mutating func update(_ progress: TrainingProgress, endsEpoch: Bool) throws(CommandError) {
    guard terminal.isInteractive else {
      if endsEpoch { try terminal.writeLine(progress.renderedLine()) }
      return
    }
    guard endsEpoch || isDue(seconds: progress.seconds) else { return }
    lastShown = progress.seconds
    try terminal.replaceLine(progress.renderedBar(width: terminal.width, terminal.style))
  }

  /// A line of its own, above the bar.
  mutating func insert(_ line: String) throws(CommandError) {
    if terminal.isInteractive && lastShown != nil { try terminal.replaceLine("") }
    try terminal.writeLine(line)
  }

  /// Leaves the bar as it is and goes on below it.
  mutating func finish() throws(CommandError) {
    if lastShown != nil { try terminal.writeLine() }
    lastShown = nil
  }
}
