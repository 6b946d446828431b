/// Little-endian numbers from the front of some bytes to their end.
struct ByteReader {
  let bytes: [UInt8]
  /// The bytes that may be read; ends where a surrounding part ends.
  private(set) var place: Int
  let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    place = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var remaining: Int { end - place }

  /// The next number of `count` bytes, at most 7; nil where fewer follow.
  mutating func number(_ count: Int) -> Int? {
    guard count <= remaining else { return nil }
    defer { place += count }
    return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The next `count` bytes; nil where fewer follow.
  mutating func read(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= remaining else { return nil }
    defer { place += count }
    return bytes[place..<place + count]
  }

  /// Moves on, at most to the end.
  mutating func skip(_ count: Int) { place = min(end, place + min(count, remaining)) }
}
