/// A header of a tar archive (POSIX.1-1988 ustar), 512 bytes in front of each member.
struct TarHeader {
  enum Kind {
    case file, folder
    /// The names, or more, of the next member: GNU's long name, or a list of pax.
    case longName, attributes, globalAttributes
    /// Links, devices and others.
    case other(UInt8)
  }

  static let blockLength = 512

  let name: String
  let kind: Kind
  let byteCount: Int

  /// Nil where the block is no header: its checksum, its size or its name make no sense.
  init?(_ block: [UInt8]) {
    guard block.count == TarHeader.blockLength,
      let checksum = TarHeader.number(block[148..<156]), checksum == TarHeader.checksum(block),
      let byteCount = TarHeader.number(block[124..<136]),
      let name = TarHeader.text(block[0..<100]),
      let prefix = TarHeader.text(block[345..<500])
    else { return nil }
    let isUstar = block[257..<262].elementsEqual("ustar".utf8) && block[262] == 0
    self.name = isUstar && !prefix.isEmpty ? prefix + "/" + name : name
    self.byteCount = byteCount
    kind =
      switch block[156] {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): name.hasSuffix("/") ? .folder : .file
      case UInt8(ascii: "5"): .folder
      case UInt8(ascii: "L"): .longName
      case UInt8(ascii: "x"): .attributes
      case UInt8(ascii: "g"): .globalAttributes
      case let letter: .other(letter)
      }
  }

  /// The sum of all bytes, those of the checksum taken as spaces.
  private static func checksum(_ block: [UInt8]) -> Int {
    block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
  }

  /// An octal number with spaces around, or a binary one whose first bit is set.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      let bytes = field.dropFirst()
      guard bytes.dropLast(7).allSatisfy({ $0 == 0 }) else { return nil }
      return bytes.suffix(7).reduce(0) { $0 << 8 | Int($1) }
    }
    let digits = field.prefix { $0 != 0 }.drop { $0 == 0x20 }.prefix { $0 != 0x20 }
    if digits.isEmpty { return 0 }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String? {
    String(validating: field.prefix { $0 != 0 }, as: UTF8.self)
  }
}
