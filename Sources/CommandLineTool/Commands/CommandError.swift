/// Why a command could not do what it was asked, in one line.
package struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
