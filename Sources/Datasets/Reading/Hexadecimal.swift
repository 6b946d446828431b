/// Bytes as messages show them.
package enum Hexadecimal {
  /// For example `89 50 4E`.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
      .joined(separator: " ")
  }
}
