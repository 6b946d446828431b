/// Remembers examples by the digests of their inputs, each with the place where it stood first and a
/// part of its label's digest, in 16 bytes a slot.
///
/// A table of open addresses with linear probing, at most three quarters full. It grows to 2²¹ slots,
/// 32 MiB, and then takes no further digests: more than 1.5 million examples are compared with those.
package struct DigestTable: Sendable {
  /// What is known of an example.
  package struct Entry: Sendable, Hashable {
    /// The example's place, counted from 0.
    package let place: Int
    /// A part of its label's digest.
    package let label: UInt32

    package init(place: Int, label: UInt32) { (self.place, self.label) = (place, label) }
  }

  private struct Slot {
    var digest: UInt64 = 0
    /// The place plus 1; 0 where the slot is empty.
    var number: UInt32 = 0
    var label: UInt32 = 0
  }

  package private(set) var count = 0
  private var slots = [Slot](repeating: Slot(), count: 1 << 10)
  private let mostSlots: Int

  /// An empty table of at most so many slots, a power of 2.
  package init(mostSlots: Int = 1 << 21) { self.mostSlots = max(mostSlots, 1 << 10) }

  /// The bytes that it takes.
  package var byteCount: Int { slots.count * MemoryLayout<Slot>.stride }

  /// The entry that was there for a digest; where there was none, it gets this one if there is room.
  package mutating func insert(_ digest: UInt64, _ entry: Entry) -> Entry? {
    if isFull, slots.count < mostSlots { grow() }
    let slot = place(of: digest)
    if slots[slot].number != 0 {
      return Entry(place: Int(slots[slot].number) - 1, label: slots[slot].label)
    }
    guard !isFull, let number = UInt32(exactly: entry.place + 1) else { return nil }
    slots[slot] = Slot(digest: digest, number: number, label: entry.label)
    count += 1
    return nil
  }

  private var isFull: Bool { count >= slots.count / 4 * 3 }

  /// The slot that has a digest, or the empty one where it belongs.
  private func place(of digest: UInt64) -> Int {
    let mask = slots.count - 1
    // The multiplication brings all bits of the digest to the top (Knuth, 1998, section 6.4).
    var slot = Int(truncatingIfNeeded: (digest &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while slots[slot].number != 0 && slots[slot].digest != digest { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    for slot in old where slot.number != 0 { slots[place(of: slot.digest)] = slot }
  }
}
