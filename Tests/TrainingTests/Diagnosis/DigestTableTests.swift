import Myelin
import Testing

@Suite struct DigestTableTests {
  private func entry(_ place: Int) -> DigestTable.Entry {
    DigestTable.Entry(place: place, label: UInt32(place % 10))
  }

  @Test func findsWhatItHasWhileItGrows() {
    var table = DigestTable()
    var random = SplitMix(state: 3)
    let digests = (0..<20_000).map { _ in random.next() } + [0, 1, .max]
    for (place, digest) in digests.enumerated() {
      #expect(table.insert(digest, entry(place)) == nil)
    }
    #expect(table.count == digests.count)
    for (place, digest) in digests.enumerated() {
      #expect(table.insert(digest, entry(7)) == entry(place))
    }
    #expect(table.count == digests.count)
    // At most three quarters full.
    #expect(table.byteCount == 16 << 15)
  }

  @Test func takesNoMoreThanItMay() {
    var table = DigestTable(mostSlots: 1 << 12)
    for digest in 0..<UInt64(10_000) { _ = table.insert(digest << 40, entry(Int(digest))) }
    #expect(table.count == 3 << 10)
    #expect(table.byteCount == 16 << 12)
    #expect(table.insert(5 << 40, entry(1)) == entry(5))
    #expect(table.insert(9_999 << 40, entry(1)) == nil)
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      return bits ^ bits >> 31
    }
  }
}
