/// Stops the program on a programmer's mistake, with one message.
///
/// The one place where Myelin stops: `precondition` prints nothing in a release build.
package func stop(_ message: String) -> Never {
  fatalError(message)
}

/// Why arguments do not fit an operation: the operation, what was found and what would fit.
///
/// Shape rules throw it; an operation called from a program turns it into a stop, a reader of
/// files or requests into an error of its own.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the operation, for example `matmul`.
  public let operation: String
  /// What was found and what would fit.
  public let message: String

  public init(_ operation: String, _ message: String) {
    self.operation = operation
    self.message = message
  }

  public var description: String { "\(operation): \(message)" }
}
