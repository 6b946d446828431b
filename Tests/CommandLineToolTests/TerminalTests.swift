import CommandLineTool
import Foundation
import Glibc
import Testing

@Suite struct TerminalTests {
  static func terminal(_ descriptor: Int32) -> Terminal {
    Terminal(isInteractive: false, width: 80, style: .plain, descriptor: descriptor)
  }

  @Test(
    "lines that are too long are broken between words",
    arguments: [
      ("one two three", 20, "one two three"), ("one two three", 9, "one two\n  three"),
      ("  one two three\n\nfour", 9, "  one two\n    three\n\nfour"),
      ("a 0123456789 b", 8, "a\n  0123456789\n  b"), ("", 8, ""),
    ])
  func wraps(text: String, width: Int, expected: String) {
    #expect(wrapped(text, width: width) == expected)
  }

  @Test("texts side by side stay whole")
  func flows() {
    #expect(flowed(["ab", "c d", "ef"], width: 7) == "ab  c d\n  ef")
    #expect(flowed(["ab", "c d", "ef"], width: 11) == "ab  c d  ef")
    #expect(flowed([], width: 3) == "")
  }

  @Test("JSON of values has null for numbers that are not finite")
  func writesNull() throws {
    let line = try JSONText.line(["a": [1.5, .nan, .infinity, -.infinity]])
    #expect(line == #"{"a":[1.5,null,null,null]}"#)
    #expect(try JSONText.line(["nan"]) == #"["nan"]"#)
  }

  @Test("a full disk and a closed output are errors")
  func rejectsFull() {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    #expect(throws: CommandError("writing the output failed: No space left on device")) {
      try Self.terminal(full).writeLine("text")
    }
    #expect(throws: CommandError("writing the output failed: Bad file descriptor")) {
      try Self.terminal(-1).replaceLine("text")
    }
  }

  @Test("nothing is lost on a pipe that is full for now and does not block")
  func waits() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (source, sink) = (ends[0], ends[1])
    defer { close(source) }
    // More than the 64 KiB that a pipe holds.
    let text = String(repeating: "0123456789abcde\n", count: 20_000)
    #expect(fcntl(sink, F_SETFL, O_NONBLOCK) == 0)
    Thread.detachNewThread {
      try? Self.terminal(sink).writeLine(text)
      close(sink)
    }

    var (received, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while case let count = read(source, &piece, piece.count), count > 0 {
      received += piece[..<count]
    }
    #expect(received == Array("\(text)\n".utf8))
  }
}
