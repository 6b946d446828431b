import Datasets
import Foundation

/// The text of a file, every byte of it: nothing is normalized, no byte order mark removed.
///
/// Throws when the file cannot be read, is larger than a quarter of the machine's memory, or is not
/// UTF-8; then the error has the offset of the first wrong byte.
public func readText(_ path: String) throws(TextError) -> String {
  try decodeText(try readBytes(path), file: path)
}

/// The text that bytes spell as UTF-8; `file` names them in the error that is thrown, with the
/// offset of the first wrong byte, when they do not.
public func decodeText(_ bytes: [UInt8], file: String = "text") throws(TextError) -> String {
  do {
    return String(copying: try UTF8Span(validating: bytes.span))
  } catch {
    let wrong = bytes[error.byteOffsets.clamped(to: 0..<bytes.count)]
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    throw TextError(
      .invalidUTF8, place: file, offset: error.byteOffsets.lowerBound,
      found: "\(wrong.count == 1 ? "the byte" : "the bytes") \(wrong.joined(separator: " "))",
      expected: "UTF-8")
  }
}

func readBytes(_ path: String) throws(TextError) -> [UInt8] {
  do {
    return try readFile(path)
  } catch {
    throw TextError(
      error.reason == .tooLarge ? .tooLarge : .unreadableFile, place: path, found: error.found,
      expected: error.expected)
  }
}

/// Writes a file whole: beside the old one first, so that a reader never sees a part.
func writeBytes(_ bytes: [UInt8], to path: String) throws(TextError) {
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    // What the system said is inside of what Foundation makes of it.
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
    throw TextError(
      .unwritableFile, place: path,
      found: cause.map { String(cString: strerror($0.code.rawValue)) }
        ?? error.localizedDescription,
      expected: "a place that can be written to")
  }
}
