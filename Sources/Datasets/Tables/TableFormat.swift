import Arrays

/// How the text of a table is to be read.
public struct TableFormat: Sendable, Hashable {
  /// What parts the fields of a line. Nil: a tab where the file's name ends in `.tsv` or `.tab`, or
  /// in one of these and `.gz`, otherwise a comma.
  public var delimiter: Character?
  /// Whether the first line names the columns. Without a header their names are `1`, `2`, …
  public var hasHeader: Bool
  /// The kinds of some columns, by name; those of others are inferred.
  public var kinds: [String: Table.Kind]
  /// The fields that stand for a missing value.
  public var missingMarkers: Set<String>

  /// By default: the delimiter by the file's name, a header, all kinds inferred, and as missing
  /// values an empty field, `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`, `None` and `?`.
  public init(
    delimiter: Character? = nil, hasHeader: Bool = true, kinds: [String: Table.Kind] = [:],
    missingMarkers: Set<String> = TableFormat.usualMissingMarkers
  ) {
    if let delimiter, delimiter.asciiValue == nil || "\"\r\n".contains(delimiter) {
      stop("TableFormat: \(delimiter) parts no fields; a delimiter is one ASCII character")
    }
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.kinds = kinds
    self.missingMarkers = missingMarkers
  }

  /// What stands for a missing value by default.
  public static let usualMissingMarkers: Set<String> = [
    "", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?",
  ]

  /// The byte that parts the fields of a file of this name.
  func delimiterByte(for file: String) -> UInt8 {
    if let delimiter { return delimiter.asciiValue ?? UInt8(ascii: ",") }
    var name = file.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    return UInt8(ascii: name.hasSuffix(".tsv") || name.hasSuffix(".tab") ? "\t" : ",")
  }
}
