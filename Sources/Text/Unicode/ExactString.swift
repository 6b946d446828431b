/// A text as a key that is its bytes.
///
/// Two Swift strings are equal when they are canonically equivalent: `é` in one scalar and in two.
/// Tokens are not: a vocabulary may have both.
struct ExactString: Hashable, Sendable, ExpressibleByStringLiteral {
  var text: String

  init(_ text: String) { self.text = text }
  init(stringLiteral text: String) { self.text = text }

  static func == (a: ExactString, b: ExactString) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension ExactString: Comparable {
  /// The order of the scalars, which is that of the bytes.
  static func < (a: ExactString, b: ExactString) -> Bool {
    a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
  }
}
