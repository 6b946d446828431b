/// The text of tokens that come one by one, up to a stop text.
///
/// ```swift
/// var text = model.generate(from: prompt, maximum: 500).text(by: tokenizer, stops: ["\n\n"])
/// while let piece = try text.next() { print(piece, terminator: "") }
/// ```
/// Tokens are asked for only as they are needed, and none after a stop text. It may span tokens, and
/// begin or end inside one: what comes out is the same however the text is cut into tokens. Neither
/// the stop text nor what follows comes out; what may be the beginning of one, or of a scalar, waits
/// until it is clear that it is not.
public struct GeneratedText<Tokens: IteratorProtocol<Int>> {
  /// Where the tokens come from; may tell why they ended.
  public private(set) var tokens: Tokens
  /// Why no more text comes; nil as long as some does.
  public private(set) var end: GeneratedTextEnd?
  private var decoder: StreamingDecoder
  private var search: StopTextSearch
  private var characters: WholeCharacters?

  init(
    _ tokens: Tokens, _ tokenizer: any Tokenizer, stops: [String], unit: StreamingDecoder.Unit,
    skipsSpecialTokens: Bool
  ) {
    self.tokens = tokens
    decoder = StreamingDecoder(tokenizer, skipsSpecialTokens: skipsSpecialTokens)
    search = StopTextSearch(stops)
    characters = unit == .graphemes ? WholeCharacters() : nil
  }

  /// The next piece of text, which is never empty; nil at the end. Throws at a number that names no
  /// token; the token is then left out, where one goes on.
  public mutating func next() throws(TextError) -> String? {
    while end == nil {
      let piece = try step()
      if !piece.isEmpty { return piece }
    }
    return nil
  }

  /// All text that is still to come.
  public mutating func rest() throws(TextError) -> String {
    var text = ""
    while let piece = try next() { text += piece }
    return text
  }

  /// What one more token makes clear, which may be nothing.
  mutating func step() throws(TextError) -> String {
    guard let token = tokens.next() else {
      let clear = search.append(decoder.finish()) + (search.found == nil ? search.finish() : "")
      return finish(search.found.map(GeneratedTextEnd.stop) ?? .tokens, clear)
    }
    let clear = search.append(try decoder.append(token))
    if let found = search.found { return finish(.stop(found), clear) }
    return characters?.append(clear) ?? clear
  }

  private mutating func finish(_ end: GeneratedTextEnd, _ clear: String) -> String {
    self.end = end
    guard let whole = characters?.append(clear) else { return clear }
    return whole + (characters?.finish() ?? "")
  }
}

extension GeneratedText: Sendable where Tokens: Sendable {}

/// Why no more text came.
public enum GeneratedTextEnd: Sendable, Hashable {
  /// This stop text came; it is not part of the text.
  case stop(String)
  /// No token came any more.
  case tokens
}

extension Sequence<Int> {
  /// The text of these tokens, piece by piece, up to a stop text.
  ///
  /// - Parameters:
  ///   - tokenizer: what the tokens are those of.
  ///   - stops: the first of these that is complete ends the text, of two that end together the
  ///     longer one; compared byte for byte. An empty one is as none.
  ///   - unit: what is never cut apart; with `.graphemes` one more character waits for what may
  ///     belong to it.
  ///   - skipsSpecialTokens: whether special tokens are left out.
  public func text(
    by tokenizer: any Tokenizer, stops: [String] = [], unit: StreamingDecoder.Unit = .scalars,
    skipsSpecialTokens: Bool = true
  ) -> GeneratedText<Iterator> {
    GeneratedText(
      makeIterator(), tokenizer, stops: stops, unit: unit, skipsSpecialTokens: skipsSpecialTokens)
  }
}
