/// Decodes tokens as they come, and gives out text as soon as it is whole.
///
/// A scalar may be spread over several tokens, and a character (an extended grapheme cluster, UAX
/// #29) over several scalars: an emoji with joiners, a flag, a letter with combining marks. What
/// later tokens may still complete is held back.
///
/// ```swift
/// var decoder = StreamingDecoder(tokenizer)
/// for token in generated { print(try decoder.append(token), terminator: "") }
/// print(decoder.finish())
/// ```
/// All pieces together are what `decode` gives.
public struct StreamingDecoder: Sendable {
  /// What is never cut apart.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// Unicode scalars: nothing waits that can be shown, but an accent may come after its letter.
    case scalars
    /// Characters: the last one always waits for what may still belong to it.
    case graphemes
  }

  private let tokenizer: any Tokenizer
  private let unit: Unit
  private let skipsSpecialTokens: Bool
  private var isFirst = true
  private var pendingBytes: [UInt8] = []
  private var characters = WholeCharacters()

  /// A decoder at the beginning of a text.
  public init(
    _ tokenizer: any Tokenizer, unit: Unit = .scalars, skipsSpecialTokens: Bool = true
  ) {
    self.tokenizer = tokenizer
    self.unit = unit
    self.skipsSpecialTokens = skipsSpecialTokens
  }

  /// The text that this token completes, which may be none. Throws at a number that names no token,
  /// and then is as before.
  public mutating func append(_ token: Int) throws(TextError) -> String {
    let bytes = try tokenizer.bytes(of: token, isFirst: isFirst)
    if skipsSpecialTokens && tokenizer.isSpecial(token) { return "" }
    isFirst = false
    pendingBytes += bytes
    let ready = pendingBytes.count - StreamingDecoder.incompleteCount(pendingBytes)
    if ready == 0 { return "" }
    let text = String(decoding: pendingBytes[..<ready], as: UTF8.self)
    pendingBytes.removeFirst(ready)
    return unit == .scalars ? text : characters.append(text)
  }

  /// What was still held back: the text has ended. The decoder is then at the beginning of another.
  public mutating func finish() -> String {
    let text = characters.finish() + String(decoding: pendingBytes, as: UTF8.self)
    self = StreamingDecoder(tokenizer, unit: unit, skipsSpecialTokens: skipsSpecialTokens)
    return text
  }

  /// How many bytes at the end are the beginning of a scalar that later bytes may complete
  /// (Unicode, table 3-7: which second byte may follow which first).
  static func incompleteCount(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
      let first = bytes[bytes.count - count]
      if first & 0xC0 == 0x80 { continue }
      let length =
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
      guard count < length else { return 0 }
      guard count > 1 else { return 1 }
      let second = bytes[bytes.count - count + 1]
      let fits =
        switch first {
        case 0xE0: second >= 0xA0
        case 0xED: second < 0xA0
        case 0xF0: second >= 0x90
        case 0xF4: second < 0x90
        default: true
        }
      return fits ? count : 0
    }
    return 0
  }
}
