import Arrays

/// What one example is on its way through a model: the shape of a batch without its first axis.
package struct Features: Sendable, Hashable {
  /// Lengths along the axes.
  package var lengths: [Int]
  /// How many different tokens there are, where the numbers are tokens; nil for numbers that count.
  package var vocabulary: Int?
  /// Whether the first axis is a time that differs from example to example; its length is then 1
  /// here, and what is said of numbers is said of one moment.
  package var varies = false

  package init(_ lengths: [Int], vocabulary: Int? = nil) {
    self.lengths = lengths
    self.vocabulary = vocabulary
  }

  package var rank: Int { lengths.count }
  /// Numbers in an example; rounded where an integer could not count them.
  package var count: Double { lengths.reduce(1) { $0 * Double($1) } }
  /// Whether an example of these lengths is one of them.
  func fits(_ found: [Int]) -> Bool {
    let ignored = varies ? 1 : 0
    return found.count == rank && found.dropFirst(ignored) == lengths.dropFirst(ignored)
  }

  /// How a person reads it: `1×28×28`, `n×40`.
  package var words: String {
    var parts = lengths.map(String.init)
    if varies && !parts.isEmpty { parts[0] = "n" }
    let sizes = parts.isEmpty ? "1" : parts.joined(separator: "×")
    return vocabulary.map { "\(sizes) tokens of \($0)" } ?? sizes
  }
}

/// What a model is asked to give for an example.
package enum Targets: Sendable, Hashable {
  /// One of so many classes.
  case classes(Int)
  /// So many numbers.
  case numbers(Int)
  /// The next token at each place, one of so many.
  case tokens(Int)

  /// Numbers that the last layer gives for each decision.
  package var outputs: Int {
    switch self {
    case .classes(let count), .numbers(let count), .tokens(let count): count
    }
  }

  /// What is asked for, in a word.
  var kind: String {
    switch self {
    case .classes: "classes"
    case .numbers: "numbers"
    case .tokens: "tokens"
    }
  }
}

/// Why a layer cannot take what the layers before it give.
struct Misfit: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
