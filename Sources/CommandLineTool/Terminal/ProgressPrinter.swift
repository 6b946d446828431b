/// Shows progress: on a terminal a bar in place, ten times a second at most; elsewhere a line for
/// each epoch.
struct ProgressPrinter {
  private let terminal: Terminal
  private var lastShown: Double?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// To be called after each step.
  mutating func update(_ progress: TrainingProgress, endsEpoch: Bool) {
    guard terminal.isInteractive else {
      if endsEpoch { terminal.writeLine(progress.renderedLine()) }
      return
    }
    if let lastShown, progress.seconds - lastShown < 0.1, !endsEpoch { return }
    lastShown = progress.seconds
    terminal.replaceLine(progress.renderedBar(width: terminal.width, terminal.style))
  }

  /// Leaves the bar as it is and goes on below it.
  mutating func finish() {
    if lastShown != nil { terminal.writeLine() }
    lastShown = nil
  }
}
