import Foundation

/// Text as it stands in a page: nothing in it is markup.
enum HTMLText {
  /// The text with what HTML gives a meaning escaped, for content and for attributes in double
  /// quotation marks; characters that a page must not have become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The first part of a text that is too long, with a word about the rest.
  static func cut(_ text: String, to byteCount: Int) -> String {
    if text.utf8.count <= byteCount { return text }
    let start = String(decoding: text.utf8.prefix(byteCount), as: UTF8.self)
    return start + "\n… \(Words.grouped(text.utf8.count - byteCount)) more bytes"
  }

  /// Bytes as an address in which they stand themselves.
  static func dataAddress(_ bytes: [UInt8], type: String) -> String {
    "data:\(type);base64,\(Data(bytes).base64EncodedString())"
  }
}
