import Glibc

/// Where the program's words go, and what can be shown there.
package struct Terminal: Sendable {
  /// A line can be written over.
  package let isInteractive: Bool
  /// Columns that a line may take: the terminal's, but never more than 80.
  package let width: Int
  /// Coloured only on a terminal, and not where `NO_COLOR` is set (<https://no-color.org>).
  package let style: TextStyle

  package init(isInteractive: Bool, width: Int, style: TextStyle) {
    self.isInteractive = isInteractive
    self.width = width
    self.style = style
  }

  /// The program's standard output.
  package static var standardOutput: Terminal {
    let isInteractive = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isInteractive: isInteractive, width: hasSize ? min(80, Int(size.ws_col)) : 80,
      style: isInteractive && !isSet("NO_COLOR") && !isDumb ? .coloured : .plain)
  }

  private static func isSet(_ name: String) -> Bool {
    getenv(name).map { $0.pointee != 0 } ?? false
  }

  private static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? false }

  /// Writes a line.
  package func writeLine(_ text: String = "") { write(text + "\n") }

  /// Replaces the line that the cursor is on, without ending it; `text` must fit `width`.
  package func replaceLine(_ text: String) { write("\r\u{1B}[2K" + text) }

  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      // Nobody is listening any more; the exit status still tells how the run went.
      if written <= 0 { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
