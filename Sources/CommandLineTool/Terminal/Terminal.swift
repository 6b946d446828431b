import Glibc

/// Where the program's words go, and what can be shown there.
package struct Terminal: Sendable {
  /// A line can be written over.
  package let isInteractive: Bool
  /// Columns that a line may take: the terminal's, but never more than 80.
  package let width: Int
  /// Coloured only on a terminal, and not where `NO_COLOR` is set (<https://no-color.org>).
  package let style: TextStyle
  private let descriptor: Int32

  package init(
    isInteractive: Bool, width: Int, style: TextStyle, descriptor: Int32 = STDOUT_FILENO
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.style = style
    self.descriptor = descriptor
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
  ///
  /// - Throws: `CommandError` when the system does not take it, as on a full disk.
  package func writeLine(_ text: String = "") throws(CommandError) { try write(text + "\n") }

  /// Replaces the line that the cursor is on, without ending it; `text` must fit `width`.
  ///
  /// - Throws: `CommandError` when the system does not take it.
  package func replaceLine(_ text: String) throws(CommandError) {
    try write("\r\u{1B}[2K" + text)
  }

  private func write(_ text: String) throws(CommandError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EAGAIN {
        // Another program that shares the terminal or the pipe has made it non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
      } else if errno != EINTR {
        throw CommandError("writing the output failed: \(String(cString: strerror(errno)))")
      }
    }
  }
}
