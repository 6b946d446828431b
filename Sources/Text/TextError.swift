/// Why a text, a token or a tokenizer's file could not be used: where, what was found and what was
/// expected.
public struct TextError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// The system could not open or read the file.
    case unreadableFile = "unreadable file"
    /// The system could not write the file.
    case unwritableFile = "unwritable file"
    /// The file is larger than this machine could hold.
    case tooLarge = "too large"
    /// The bytes are not UTF-8.
    case invalidUTF8 = "invalid UTF-8"
    /// The bytes are not JSON (RFC 8259).
    case invalidJSON = "invalid JSON"
    /// A field that is needed is not there.
    case missingField = "missing field"
    /// A field has a value that it cannot have.
    case invalidValue = "invalid value"
    /// A field asks for something that this library does not do.
    case unsupported = "unsupported"
    /// Some text has no token, and there is no token for what is unknown.
    case unknownText = "text outside the vocabulary"
    /// A number names no token.
    case unknownToken = "token outside the vocabulary"
  }

  /// What went wrong.
  public let reason: Reason
  /// A file's path, a field's path (`model.merges[3]`), or both; what it was about otherwise.
  public let place: String
  /// The place in bytes, in the file or the text; nil where the trouble has none.
  public let offset: Int?
  /// What stood there.
  public let found: String
  /// What would have been right.
  public let expected: String

  /// Creates an error; `found` and `expected` complete “found …, expected …”.
  public init(
    _ reason: Reason, place: String, offset: Int? = nil, found: String, expected: String
  ) {
    self.reason = reason
    self.place = place
    self.offset = offset
    self.found = found
    self.expected = expected
  }

  /// The same trouble inside a file.
  func inside(_ file: String) -> TextError {
    TextError(
      reason, place: place.isEmpty ? file : "\(file): \(place)", offset: offset, found: found,
      expected: expected)
  }
}

extension TextError: CustomStringConvertible {
  /// For example `a.txt: invalid UTF-8 at byte 16: found the bytes C3 28, expected UTF-8`.
  public var description: String {
    let position = offset.map { " at byte \($0)" } ?? ""
    return "\(place): \(reason.rawValue)\(position): found \(found), expected \(expected)"
  }
}
