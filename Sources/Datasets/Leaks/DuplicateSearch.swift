/// Finds pictures that are the same, or nearly, by their traits.
struct DuplicateSearch {
  /// Two of the pictures, by their numbers.
  struct Pair {
    let first: Int
    let second: Int
    let distance: Int
    let correlation: Float
  }

  /// Each picture that is the same as an earlier one, with the first of them.
  let exact: [Pair]
  /// Pictures that look alike, in the order of the first, then of the second.
  let near: [Pair]

  init(_ traits: [PictureTraits], _ distance: Int, _ correlation: Float) {
    var firsts: [SIMD2<UInt64>: Int] = [:]
    var (exact, originals): ([Pair], [Int]) = ([], [])
    for (number, trait) in traits.enumerated() {
      if let first = firsts[trait.exact] {
        exact.append(Pair(first: first, second: number, distance: 0, correlation: 1))
      } else {
        firsts[trait.exact] = number
        if !trait.thumbnail.isEmpty { originals.append(number) }
      }
    }
    self.exact = exact
    near = DuplicateSearch.near(traits, originals, distance, correlation)
  }

  private static func near(
    _ traits: [PictureTraits], _ originals: [Int], _ distance: Int, _ correlation: Float
  ) -> [Pair] {
    let hashes = hashes(originals.map { traits[$0].frequencies })
    var pairs: [Pair] = []
    // Of distance + 1 pieces of the hash, two that differ in at most `distance` bits share one. A
    // pair is taken at the first piece that it shares, and so once.
    let pieces = distance + 1
    let masks = (0..<pieces).map { piece -> UInt64 in
      let (start, end) = (63 * piece / pieces, 63 * (piece + 1) / pieces)
      return ((1 << UInt64(end - start)) - 1) << UInt64(start)
    }
    for (piece, mask) in masks.enumerated() {
      let order = hashes.indices.sorted {
        (hashes[$0] & mask, $0) < (hashes[$1] & mask, $1)
      }
      var start = 0
      while start < order.count {
        var end = start + 1
        while end < order.count, (hashes[order[start]] ^ hashes[order[end]]) & mask == 0 {
          end += 1
        }
        for first in start..<end {
          for second in first + 1..<max(first + 1, end) {
            let difference = hashes[order[first]] ^ hashes[order[second]]
            let bits = difference.nonzeroBitCount
            guard bits <= distance, !masks[..<piece].contains(where: { difference & $0 == 0 })
            else { continue }
            let (a, b) = (originals[order[first]], originals[order[second]])
            let likeness = traits[a].correlation(with: traits[b])
            if likeness >= correlation {
              pairs.append(Pair(first: a, second: b, distance: bits, correlation: likeness))
            }
          }
        }
        start = end
      }
    }
    return pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// A bit for each frequency: whether it lies above a value near its median.
  private static func hashes(_ frequencies: [[Float]]) -> [UInt64] {
    var hashes = [UInt64](repeating: 0, count: frequencies.count)
    for bit in 0..<63 where !frequencies.isEmpty {
      let values = frequencies.map { $0[bit] }
      let threshold = threshold(values.sorted())
      for (number, value) in values.enumerated() where value > threshold {
        hashes[number] |= 1 << UInt64(bit)
      }
    }
    return hashes
  }

  /// The middle of the widest gap between neighbours about the median: the median itself is a
  /// picture's own value, and among few pictures would part it from its copy.
  private static func threshold(_ sorted: [Float]) -> Float {
    let (middle, reach) = (sorted.count / 2, min(sorted.count / 4 + 1, 32))
    let first = max(1, middle - reach)
    let last = min(sorted.count - 1, middle + reach)
    guard first <= last else { return sorted[middle] }
    var widest = first
    for place in first...last
    where sorted[place] - sorted[place - 1] > sorted[widest] - sorted[widest - 1] {
      widest = place
    }
    return (sorted[widest - 1] + sorted[widest]) / 2
  }
}
