/// The 256 characters that stand for the bytes in the vocabularies of byte-level tokenizers, as GPT-2
/// has them: the printable characters of Latin-1 for themselves, and U+0100 … U+0143 for the other 68
/// bytes in their order, so that a space is `Ġ` and a newline `Ċ`.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt8 = 0
    return (0...UInt8.max).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(UInt16(0x100) + UInt16(next)) ?? "\u{FFFD}"
    }
  }()

  private static let bytes = Dictionary(
    uniqueKeysWithValues: zip(scalars, 0...UInt8.max))

  private static func isPrintable(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
  }

  /// Bytes as a token is written.
  static func token(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(scalars[Int(byte)]) }
    return String(text)
  }

  /// The bytes of a token; nil when one of its characters stands for none.
  static func bytes(_ token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
