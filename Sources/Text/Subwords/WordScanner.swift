/// Cuts text into the words inside which byte-level BPE merges, as GPT-2's pattern does:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// A word has the space before it, a contraction is a word, and of several whitespace scalars before
/// a word the last one stays apart from the others. Every byte is in exactly one word.
/// (Radford et al., 2019, "Language models are unsupervised multitask learners".)
struct WordScanner: Sequence, IteratorProtocol {
  private let text: [UInt8]
  private var place: Int
  private let end: Int

  /// The words of a part of bytes that are UTF-8.
  init(_ text: [UInt8], _ range: Range<Int>) {
    self.text = text
    place = range.lowerBound
    end = range.upperBound
  }

  mutating func next() -> Range<Int>? {
    guard place < end else { return nil }
    let start = place
    place = wordEnd(from: start)
    return start..<place
  }

  private func wordEnd(from start: Int) -> Int {
    let first = text[start]
    if first == UInt8(ascii: "'"), let length = contractionLength(start) { return start + length }
    // A single space belongs to what follows, unless that is whitespace too.
    let content = first == UInt8(ascii: " ") && start + 1 < end ? start + 1 : start
    let kind = scalarClass(at: content)
    if kind != .whitespace { return runEnd(of: kind, from: content) }
    return whitespaceEnd(from: start)
  }

  /// The length of the contraction that begins with the apostrophe here, the apostrophe included.
  private func contractionLength(_ start: Int) -> Int? {
    guard start + 1 < end else { return nil }
    switch (text[start + 1], start + 2 < end ? text[start + 2] : 0) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return 3
    default: return nil
    }
  }

  private func runEnd(of kind: ScalarClass, from start: Int) -> Int {
    var place = start
    while place < end {
      let (scalar, byteCount) = text.scalar(at: place)
      if ScalarClass(scalar) != kind { break }
      place += byteCount
    }
    return place
  }

  /// All whitespace at the end of the text; before a word all but its last scalar, or that one where
  /// it is alone.
  private func whitespaceEnd(from start: Int) -> Int {
    var (place, last) = (start, start)
    while place < end {
      let (scalar, byteCount) = text.scalar(at: place)
      if ScalarClass(scalar) != .whitespace { return last > start ? last : place }
      last = place
      place += byteCount
    }
    return place
  }

  private func scalarClass(at place: Int) -> ScalarClass {
    ScalarClass(text.scalar(at: place).scalar)
  }
}
