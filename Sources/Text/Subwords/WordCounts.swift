/// The different words of a text in the order in which they occur first, and how often each occurs.
func countWords(
  of text: [UInt8], _ words: some Sequence<Range<Int>>
) -> [(word: ArraySlice<UInt8>, count: Int)] {
  var numbers: [ArraySlice<UInt8>: Int] = [:]
  var counts: [(word: ArraySlice<UInt8>, count: Int)] = []
  for range in words {
    let number = numbers[text[range]] ?? counts.count
    if number == counts.count {
      numbers[text[range]] = number
      counts.append((text[range], 0))
    }
    counts[number].count += 1
  }
  return counts
}
