/// Two tokens beside each other.
struct TokenPair: Hashable, Sendable {
  var left: Int32
  var right: Int32

  /// The pair of two tokens, which are below 2²².
  init(_ left: Int, _ right: Int) {
    self.left = Int32(truncatingIfNeeded: left)
    self.right = Int32(truncatingIfNeeded: right)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)))
  }
}

/// What a pair becomes, and when: pairs of a lower rank go first.
struct Merge: Hashable, Sendable {
  var rank: Int
  var token: Int
}

/// Merges the pairs of a word by their rank, of equal ones the leftmost first: O(n log n) for n
/// symbols. Reused from word to word, so that it takes no memory in steady state.
struct WordMerger {
  private struct Symbol {
    var token: Int
    var previous: Int
    var next: Int
  }

  /// A pair that could be merged when it was found.
  private struct Candidate: Comparable {
    var rank: Int
    var place: Int
    var token: Int

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.rank == b.rank ? a.place < b.place : a.rank < b.rank
    }
  }

  private static let removed = -2
  private var symbols: [Symbol] = []
  private var candidates = Heap<Candidate>()

  /// The tokens that are left when no pair can be merged any more.
  mutating func merge(_ tokens: some Collection<Int>, by merges: [TokenPair: Merge]) -> [Int] {
    symbols.removeAll(keepingCapacity: true)
    for (place, token) in tokens.enumerated() {
      symbols.append(Symbol(token: token, previous: place - 1, next: place + 1))
    }
    for place in symbols.indices.dropLast() { consider(place, merges) }
    while let best = candidates.popFirst() {
      let left = symbols[best.place]
      guard left.token != WordMerger.removed, left.next < symbols.count else { continue }
      let right = symbols[left.next]
      // The pair may have become another one since it was found.
      guard merges[TokenPair(left.token, right.token)]?.token == best.token else { continue }
      symbols[best.place].token = best.token
      symbols[best.place].next = right.next
      symbols[left.next].token = WordMerger.removed
      if right.next < symbols.count {
        symbols[right.next].previous = best.place
        consider(best.place, merges)
      }
      if left.previous >= 0 { consider(left.previous, merges) }
    }
    return symbols.lazy.map(\.token).filter { $0 != WordMerger.removed }
  }

  private mutating func consider(_ place: Int, _ merges: [TokenPair: Merge]) {
    let symbol = symbols[place]
    if let merge = merges[TokenPair(symbol.token, symbols[symbol.next].token)] {
      candidates.insert(Candidate(rank: merge.rank, place: place, token: merge.token))
    }
  }
}
