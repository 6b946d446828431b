extension GeneratedText where Tokens: Sendable {
  /// The same pieces for `for try await`: other tasks get their turn between two tokens, and a
  /// cancelled task gets no more.
  public var stream: AsyncPieces { AsyncPieces(text: self) }

  /// Pieces of text that come asynchronously.
  public struct AsyncPieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
    /// The text, which tells in `end` why no more comes.
    public private(set) var text: GeneratedText

    init(text: GeneratedText) { self.text = text }

    public func makeAsyncIterator() -> AsyncPieces { self }

    public mutating func next() async throws -> String? {
      while text.end == nil {
        await Task.yield()
        if Task.isCancelled { return nil }
        let piece = try text.step()
        if !piece.isEmpty { return piece }
      }
      return nil
    }
  }
}
