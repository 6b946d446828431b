import Arrays

/// Sequences of tokens that end a text.
struct StopSequences: Sendable {
  private let sequences: [[Int]]

  init(_ sequences: [[Int]]) {
    if sequences.contains([]) {
      stop("generate: an empty stop sequence; it takes at least one token")
    }
    self.sequences = sequences
  }

  /// How many there are.
  var count: Int { sequences.count }

  /// The longest stop sequence that the tokens end with.
  func atEnd(of tokens: [Int]) -> [Int]? {
    sequences.filter { tokens.suffix($0.count) == $0[...] }.max { $0.count < $1.count }
  }

  /// How many tokens at the end may be the beginning of a stop sequence.
  func possibleBeginning(of tokens: [Int]) -> Int {
    sequences.map { sequence in
      (1..<max(sequence.count, 1)).last { tokens.suffix($0) == sequence.prefix($0) } ?? 0
    }.max() ?? 0
  }
}
