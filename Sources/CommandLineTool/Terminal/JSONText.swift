import Foundation

/// Values as a line of JSON.
package enum JSONText {
  /// No text that is written has it.
  private static let mark = "\u{1}not finite"

  /// Keys in order; numbers that are not finite, which JSON has not, are `null`.
  package static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    return String(decoding: try encoder.encode(value), as: UTF8.self)
      .replacing("\"\\u0001not finite\"", with: "null")
  }
}
