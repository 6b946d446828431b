import Arrays

/// Puts what a run has made of a state in its place: the numbers, and the tensors that could not
/// change where they were.
final class StateWriter: TensorVisitor {
  private var moved: [NDArray?] = []
  private var words: [UInt64] = []
  private var next = 0

  override var reachesEverything: Bool { true }

  /// Walks with these leaves: what has not moved stays where it is, the bits of numbers and random
  /// sources are two words a leaf.
  func write(_ moved: [NDArray?], _ words: [UInt64], _ walk: (StateWriter) -> Void) {
    (self.moved, self.words, next) = (moved, words, 0)
    walk(self)
    (self.moved, self.words) = ([], [])
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    if let array = moved[next] { tensor = Tensor(array) }
    next += 1
  }

  override func visit(_ number: inout Number, name: String) {
    number = moved[next].map { Number(Tensor($0)) } ?? Number(Double(bitPattern: words[2 * next]))
    next += 1
  }

  override func visit(_ source: inout RandomSource, name: String) {
    source =
      moved[next].map { RandomSource(state: Tensor($0)) }
      ?? RandomSource(seed: words[2 * next], position: words[2 * next + 1])
    next += 1
  }
}
