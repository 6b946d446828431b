/// Shows progress: on a terminal a bar in place, ten times a second at most; elsewhere a line for
/// each epoch.
struct ProgressPrinter {
  private let terminal: Terminal
  private var lastShown: Double?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// To be called after each step.
  ///
  /// - Throws: `CommandError` when it cannot be shown.
  mutating func update(_ progress: TrainingProgress, endsEpoch: Bool) throws(CommandError) {
    guard terminal.isInteractive else {
      if endsEpoch { try terminal.writeLine(progress.renderedLine()) }
      return
    }
    if let lastShown, progress.seconds - lastShown < 0.1, !endsEpoch { return }
    lastShown = progress.seconds
    try terminal.replaceLine(progress.renderedBar(width: terminal.width, terminal.style))
  }

  /// Leaves the bar as it is and goes on below it.
  mutating func finish() throws(CommandError) {
    if lastShown != nil { try terminal.writeLine() }
    lastShown = nil
  }
}
