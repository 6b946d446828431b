extension GeneratedTokens {
  /// The same tokens for `for await`: other tasks get their turn between two tokens, and a cancelled
  /// task gets no more.
  public var stream: AsyncTokens { AsyncTokens(tokens: self) }

  /// Generated tokens that come asynchronously.
  public struct AsyncTokens: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var tokens: GeneratedTokens

    /// Why no more tokens come; nil as long as some do, and after a cancellation.
    public var end: GenerationEnd? { tokens.end }

    public func makeAsyncIterator() -> AsyncTokens { self }

    public mutating func next() async -> Int? {
      await Task.yield()
      return Task.isCancelled ? nil : tokens.next()
    }
  }
}
