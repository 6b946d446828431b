/// Holds back the last character (an extended grapheme cluster, UAX #29) of a text that comes in
/// pieces, since more may belong to it.
struct WholeCharacters: Sendable {
  private var pending = ""

  /// The characters that are whole.
  mutating func append(_ text: String) -> String {
    pending += text
    guard let last = pending.indices.last else { return "" }
    let whole = String(pending[..<last])
    pending = String(pending[last...])
    return whole
  }

  /// The last character: the text has ended.
  mutating func finish() -> String {
    defer { pending = "" }
    return pending
  }
}
