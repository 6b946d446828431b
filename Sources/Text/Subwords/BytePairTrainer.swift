/// Finds merges: again and again the most frequent pair of symbols becomes a token (Sennrich et al.,
/// 2016). Of equally frequent pairs the one with the lower numbers goes first, left before right,
/// which is the rule of the package `tokenizers`.
///
/// Counts are kept from merge to merge and changed only where a merge changes a word; a heap has the
/// pairs by the counts that they had when they were put there, looked up again when they come out.
struct BytePairTrainer {
  /// A pair, how often it occurred, and the words in which it did.
  private struct Candidate: Comparable {
    var pair: TokenPair
    var count: Int
    var words: [Int32]

    /// The heap gives the smallest: the most frequent is, then the pair with the lower numbers.
    static func < (a: Candidate, b: Candidate) -> Bool {
      if a.count != b.count { return a.count > b.count }
      if a.pair.left != b.pair.left { return a.pair.left < b.pair.left }
      if a.pair.right != b.pair.right { return a.pair.right < b.pair.right }
      // A pair is here twice where two merges made the same token: in an order of its own too, so
      // that training gives the same merges every time.
      return (a.words.first ?? 0, a.words.count) < (b.words.first ?? 0, b.words.count)
    }
  }

  private var words: [[Int]]
  private let occurrences: [Int]
  private var pairCounts: [TokenPair: Int] = [:]
  private var heap = Heap<Candidate>()

  /// - Parameter words: the symbols of each different word, and how often it occurs.
  init(_ words: [(symbols: [Int], count: Int)]) {
    self.words = words.map(\.symbols)
    occurrences = words.map(\.count)
    var places: [TokenPair: [Int32]] = [:]
    for (number, word) in self.words.enumerated() {
      for (left, right) in zip(word, word.dropFirst()) {
        count(TokenPair(left, right), occurrences[number], in: number, &places)
      }
    }
    push(places)
  }

  /// The next merge; nil when no pair occurs `minimumCount` times, or none at all.
  ///
  /// - Parameter token: the number of the token that two make; called once.
  mutating func next(
    minimumCount: Int, token: (TokenPair) -> Int
  ) -> TokenPair? {
    while var best = heap.popFirst() {
      let current = pairCounts[best.pair] ?? 0
      if best.count != current {
        best.count = current
        heap.insert(best)
        continue
      }
      guard best.count >= max(1, minimumCount) else { return nil }
      merge(best, into: token(best.pair))
      return best.pair
    }
    return nil
  }

  private mutating func merge(_ candidate: Candidate, into token: Int) {
    var places: [TokenPair: [Int32]] = [:]
    for number in candidate.words {
      merge(candidate.pair, into: token, in: Int(number), &places)
    }
    push(places)
  }

  /// Merges a pair in one word, from left to right, and counts the pairs that go and come.
  private mutating func merge(
    _ pair: TokenPair, into token: Int, in number: Int, _ places: inout [TokenPair: [Int32]]
  ) {
    let (left, right) = (Int(pair.left), Int(pair.right))
    let old = words[number]
    var new: [Int] = []
    new.reserveCapacity(old.count)
    var place = 0
    while place < old.count {
      guard place + 1 < old.count, old[place] == left, old[place + 1] == right else {
        new.append(old[place])
        place += 1
        continue
      }
      if let before = new.last {
        count(TokenPair(before, left), -occurrences[number], in: number, &places)
        count(TokenPair(before, token), occurrences[number], in: number, &places)
      }
      if place + 2 < old.count {
        let after = old[place + 2]
        count(TokenPair(right, after), -occurrences[number], in: number, &places)
        count(TokenPair(token, after), occurrences[number], in: number, &places)
      }
      new.append(token)
      place += 2
    }
    words[number] = new
  }

  private mutating func count(
    _ pair: TokenPair, _ change: Int, in word: Int, _ places: inout [TokenPair: [Int32]]
  ) {
    pairCounts[pair, default: 0] += change
    if change > 0 && places[pair]?.last != Int32(word) {
      places[pair, default: []].append(Int32(word))
    }
  }

  private mutating func push(_ places: [TokenPair: [Int32]]) {
    for (pair, words) in places {
      let count = pairCounts[pair] ?? 0
      if count > 0 { heap.insert(Candidate(pair: pair, count: count, words: words)) }
    }
  }
}
