import Testing

/// A mistake that stops the program, and words of the message that it stops with.
public struct Misuse: Sendable {
  public let message: String
  public let body: @Sendable () -> Void
  /// How the message goes on further behind.
  public var path: String?

  public init(_ message: String, _ body: @escaping @Sendable () -> Void) {
    self.message = message
    self.body = body
  }

  /// Expects the words in what a process wrote that `body` has stopped.
  public func expectMessage(
    in result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let text = String(
      decoding: try #require(result, sourceLocation: sourceLocation).standardErrorContent,
      as: UTF8.self)
    #expect(text.contains(message), "\(text)", sourceLocation: sourceLocation)
    if let path { #expect(text.contains(path), "\(text)", sourceLocation: sourceLocation) }
  }
}
