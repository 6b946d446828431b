import Arrays

/// Puts what a run has made of a state in its place: the numbers, and the tensors that could not
/// change where they were.
final class StateWriter: TensorVisitor {
  private let table: UnsafeMutablePointer<LeafTable>
  private let moved: [Int: NDArray]
  private var next = 0

  /// - Parameters:
  ///   - table: The leaves of the state, with the words that the run has left.
  ///   - moved: The leaves that lie elsewhere now.
  init(_ table: UnsafeMutablePointer<LeafTable>, moved: [Int: NDArray]) {
    self.table = table
    self.moved = moved
    super.init()
    keepsPaths = false
  }

  override var reachesEverything: Bool { true }

  private func takeNext() -> (moved: NDArray?, words: (UInt64, UInt64)) {
    next += 1
    return (moved.isEmpty ? nil : moved[next - 1], table.pointee.leaves[next - 1].words)
  }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    if let array = takeNext().moved { tensor = Tensor(array) }
  }

  override func visit(_ number: inout Number, name: String) {
    let (moved, words) = takeNext()
    number = moved.map { Number(Tensor($0)) } ?? Number(Double(bitPattern: words.0))
  }

  override func visit(_ source: inout RandomSource, name: String) {
    let (moved, words) = takeNext()
    source =
      moved.map { RandomSource(state: Tensor($0)) }
      ?? RandomSource(seed: words.0, position: words.1)
  }
}
