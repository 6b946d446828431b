/// Where a text is not UTF-8.
enum UTF8Check {
  /// The place of the first byte that begins no character, or nil where all do (RFC 3629).
  static func firstWrongByte<Bytes: RandomAccessCollection<UInt8>>(
    _ bytes: Bytes
  ) -> Bytes.Index? {
    var place = bytes.startIndex
    while place < bytes.endIndex {
      guard let length = length(bytes[place...]) else { return place }
      place = bytes.index(place, offsetBy: length)
    }
    return nil
  }

  /// The bytes of the character in front; nil where there is none.
  private static func length(_ rest: some Collection<UInt8>) -> Int? {
    guard let lead = rest.first else { return nil }
    let (count, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0x00...0x7F: (1, 0...0)
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0...0)
      }
    if count == 0 { return nil }
    if count == 1 { return 1 }
    let following = Array(rest.dropFirst().prefix(count - 1))
    guard following.count == count - 1, second.contains(following[0]),
      following.dropFirst().allSatisfy({ (0x80...0xBF).contains($0) })
    else { return nil }
    return count
  }
}
