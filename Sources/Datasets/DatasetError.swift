/// Why a data set could not be read: which file, where in it, what was found and what was expected.
public struct DatasetError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// There is no such file.
    case missingFile = "no such file"
    /// It is a folder, a pipe or a device.
    case irregularFile = "not a regular file"
    /// The system refused to open or read it.
    case unreadableFile = "unreadable file"
    /// The gzip stream is damaged, ends early or is followed by something else.
    case corruptGzip = "corrupt gzip data"
    /// The first two bytes are not those of an IDX file.
    case wrongMagic = "not an IDX file"
    /// The third byte names no element type of the format.
    case unknownElementType = "unknown element type"
    /// The file, or what it declares to unpack to, would not fit into memory.
    case tooLarge = "too large for this machine"
    /// The file ends inside its header.
    case truncatedHeader = "truncated header"
    /// The file declares more than it holds.
    case truncatedData = "truncated data"
    /// Something follows the last element.
    case trailingBytes = "bytes after the last element"
    /// The elements have another type than this use of the file needs.
    case wrongElementType = "wrong element type"
    /// The array has another number of axes than this use of the file needs.
    case wrongDimensionCount = "wrong number of dimensions"
    /// The array has other lengths than this use of the file needs.
    case wrongShape = "wrong shape"
    /// A label names no class.
    case labelOutOfRange = "label out of range"
    /// The files disagree about the number of examples.
    case countMismatch = "number of labels differs from number of images"
    /// The first line names other columns.
    case wrongHeader = "wrong header"
    /// A line has more or fewer fields than columns.
    case wrongFieldCount = "wrong number of fields"
    /// A field is no month.
    case invalidMonth = "not a month"
    /// A month does not follow the one before it.
    case missingMonth = "month out of order"
    /// A field is no number, or an infinite one.
    case invalidNumber = "not a number"
    /// Examples of one batch have different shapes or element types.
    case mismatchedExamples = "examples that do not fit together"
    /// A transform cannot change this example.
    case unsuitedExample = "unsuited example"
    /// The first bytes are those of no format that is read here.
    case unknownFormat = "unknown format"
    /// The file's parts contradict each other, or its data cannot be decoded.
    case damagedFile = "damaged file"
    /// The file is sound, but of a kind that is not read.
    case unsupportedKind = "unsupported kind"
    /// A picture has more pixels than the caller allows, or than its file could hold.
    case tooManyPixels = "too many pixels"
    /// A chunk's declared size contradicts the file's, or what the chunk is for.
    case wrongChunkSize = "wrong chunk size"
    /// The bytes are no UTF-8.
    case invalidUTF8 = "invalid UTF-8"
    /// A quoted field does not end.
    case unterminatedQuote = "unterminated quote"
    /// Something stands between a closing quote and the end of its field.
    case strayText = "text after a closing quote"
    /// There is no column of this name.
    case missingColumn = "no such column"
    /// Two columns have the same name.
    case duplicateColumn = "duplicate column"
    /// A number, or a category, was expected where none stands.
    case missingValue = "missing value"
    /// A value is not one of the known categories.
    case unknownCategory = "unknown category"
    /// A folder has nothing to read.
    case noExamples = "no examples"
    /// The name of a file does not fit the pattern.
    case wrongName = "name does not fit"
  }

  /// What went wrong.
  public let reason: Reason
  /// The file's path, or a name for bytes that come from elsewhere.
  public let file: String
  /// The place in bytes; in the unpacked contents where the file is compressed. Nil where the
  /// trouble has no place.
  public let offset: Int?
  /// The line of a text, from 1. Nil where the file is no text or the trouble has no place.
  public let line: Int?
  /// The field of a table's line, or the character of a text's, from 1. Nil where it does not
  /// matter.
  public let column: Int?
  /// What stood there.
  public let found: String
  /// What would have been right.
  public let expected: String

  /// Creates an error; `found` and `expected` complete “found …, expected …”.
  public init(
    _ reason: Reason, file: String, offset: Int? = nil, line: Int? = nil, column: Int? = nil,
    found: String, expected: String
  ) {
    self.reason = reason
    self.file = file
    self.offset = offset
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
  }
}

extension DatasetError {
  /// The same error with what was being read named before the file.
  func at(_ place: String) -> DatasetError {
    DatasetError(
      reason, file: "\(place), \(file)", offset: offset, line: line, column: column, found: found,
      expected: expected)
  }

  /// A transform's complaint.
  static func unsuited(
    _ transform: String, found: String, expected: String
  ) -> DatasetError {
    DatasetError(.unsuitedExample, file: transform, found: found, expected: expected)
  }
}

extension DatasetError: CustomStringConvertible {
  /// For example `t10k.idx: truncated data at byte 16: found 3 bytes, expected 784 bytes`.
  public var description: String {
    let place = line.map { " on line \($0)" } ?? offset.map { " at byte \($0)" } ?? ""
    let column = column.map { ", column \($0)" } ?? ""
    return "\(file): \(reason.rawValue)\(place)\(column): found \(found), expected \(expected)"
  }
}
