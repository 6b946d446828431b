/// The tokens of words that have been seen: most words of a text have occurred before.
///
/// Lives as long as one call, so that it needs no lock and no limit: it is smaller than the text.
struct WordCache {
  private struct Entry {
    var word: Range<Int>
    var tokens: Range<Int>
  }

  /// Longer words hardly occur twice.
  private static let longestWord = 64
  private var bytes: [UInt8] = []
  private var tokens: [Int] = []
  private var entries: [Entry] = []
  /// A hash table with open addressing: the number of an entry, or −1.
  private var slots = [Int32](repeating: -1, count: 1 << 10)

  /// Appends the tokens of a word to `output`: known ones, or those that `encode` gives.
  mutating func append(
    _ text: [UInt8], _ word: Range<Int>, to output: inout [Int],
    encode: () throws(TextError) -> [Int]
  ) throws(TextError) {
    guard word.count <= WordCache.longestWord else { return output += try encode() }
    var slot = place(of: text[word])
    if slots[slot] >= 0 {
      return output += tokens[entries[Int(slots[slot])].tokens]
    }
    let encoded = try encode()
    output += encoded
    if entries.count * 2 >= slots.count {
      grow()
      slot = place(of: text[word])
    }
    slots[slot] = Int32(entries.count)
    entries.append(
      Entry(
        word: bytes.count..<bytes.count + word.count,
        tokens: tokens.count..<tokens.count + encoded.count))
    bytes += text[word]
    tokens += encoded
  }

  /// Where a word stands in the table, or the free slot for it.
  private func place(of word: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    word.withUnsafeBytes { hasher.combine(bytes: $0) }
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] >= 0 {
      if bytes[entries[Int(slots[slot])].word].elementsEqual(word) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (number, entry) in entries.enumerated() {
      slots[place(of: bytes[entry.word])] = Int32(number)
    }
  }
}
