import Datasets
import Foundation

/// A run's `log.jsonl`, open to be written: a line an event, each given to the system at once, so
/// that nothing is lost when the process is killed.
final class RunLog {
  private let path: String
  private let descriptor: Int32
  /// How many bytes there are.
  private(set) var byteCount = 0

  /// Opens the log, and cuts it to `byteCount` bytes where it is longer, or to its whole lines.
  init(_ path: String, keeping byteCount: Int) throws(TrainingError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .system(.unwritable, path, errno, expected: "a log") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(.unwritable, path, errno, expected: "a log")
    }
    self.byteCount = min(byteCount, Int(status.st_size))
    // Shorter than it should be, where a loss of power took the end: a line of it may be torn.
    if self.byteCount < byteCount { self.byteCount = try wholeLines() }
    guard ftruncate(descriptor, off_t(self.byteCount)) == 0,
      lseek(descriptor, off_t(self.byteCount), SEEK_SET) >= 0
    else { throw .system(.unwritable, path, errno, expected: "a log that can be cut") }
  }

  deinit { close(descriptor) }

  private func wholeLines() throws(TrainingError) -> Int {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else {
      throw .system(.unreadable, path, errno, expected: "a log")
    }
    return (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
  }

  /// Writes a line.
  func append(_ event: RunEvent) throws(TrainingError) {
    let line = try RunLog.line(event, path)
    var done = 0
    while done < line.count {
      let put = line.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if put < 0 && errno == EINTR { continue }
      if put <= 0 {
        let number = put < 0 ? errno : ENOSPC
        // A torn line would be in the way of the next one.
        _ = ftruncate(descriptor, off_t(byteCount))
        throw .system(.unwritable, path, number, expected: "room for a line of the log")
      }
      done += put
    }
    byteCount += line.count
  }

  /// The line of an event, with its end.
  private static func line(_ event: RunEvent, _ path: String) throws(TrainingError) -> [UInt8] {
    do {
      return try [UInt8](JSONEncoder.forRecords.encode(event)) + [UInt8(ascii: "\n")]
    } catch {
      throw TrainingError(
        .malformed, path, found: "\(error)", expected: "an event of plain numbers")
    }
  }

  /// The lines of a log but a last one without an end.
  static func read(_ path: String) throws(TrainingError) -> [RunEvent] {
    let bytes = try readFile(path, expected: "a log")
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    var events: [RunEvent] = []
    for (number, line) in bytes[..<end].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      do {
        events.append(try JSONDecoder.forRecords.decode(RunEvent.self, from: Data(line)))
      } catch {
        throw TrainingError(
          .malformed, "\(path):\(number + 1)",
          found: String(decoding: line.prefix(80), as: UTF8.self),
          expected: "an event in JSON")
      }
    }
    return events
  }
}

/// All bytes of a file.
func readFile(_ path: String, expected: String) throws(TrainingError) -> [UInt8] {
  do throws(DatasetError) {
    return try Datasets.readFile(path)
  } catch {
    throw TrainingError(.unreadable, path, found: error.found, expected: expected)
  }
}

extension JSONEncoder {
  /// Keys in order, and numbers that are none as words.
  package static var forRecords: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }
}

extension JSONDecoder {
  /// What `JSONEncoder.forRecords` writes.
  package static var forRecords: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
