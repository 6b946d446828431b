/// The central directory of a ZIP archive (PKWARE, *APPNOTE.TXT*, 6.3.10), sizes beyond 4 GiB
/// included; what `.npz` files are.
struct ZipDirectory {
  struct Member {
    let name: String
    /// 0: stored as it is; 8: deflated.
    let method: Int
    let checksum: UInt32
    let packedCount: Int
    let unpackedCount: Int
    /// Where the member's own header begins.
    let offset: Int
  }

  let members: [Member]

  init(_ contents: ByteContents) throws(InterchangeError) {
    let (count, range) = try ZipDirectory.place(contents)
    // An entry has 46 bytes at least, so that a lie about the number takes no memory.
    guard count <= range.count / 46 else {
      throw damage(contents, at: range.lowerBound, "\(count) entries in \(range.count) bytes")
    }
    let bytes = try contents.bytes(range)
    var members: [Member] = []
    var place = 0
    for _ in 0..<count {
      members.append(
        try ZipDirectory.member(bytes, &place, contents, directory: range.lowerBound))
    }
    self.members = members
  }

  /// Finds the directory through the record at the end of the file.
  private static func place(
    _ contents: ByteContents
  ) throws(InterchangeError) -> (count: Int, range: Range<Int>) {
    // A comment of up to 65,535 bytes may follow the record of 22.
    let start = max(0, contents.count - 22 - 65_535)
    let tail = try contents.bytes(start..<contents.count)
    let record = stride(from: tail.count - 22, through: 0, by: -1).first { place in
      number(tail, place, 4) == 0x0605_4B50
        && place + 22 + number(tail, place + 20, 2) == tail.count
    }
    guard let record else {
      throw InterchangeError(
        .wrongMagic, file: contents.file, found: "no record of a directory at the end",
        expected: "a ZIP archive")
    }
    var count = number(tail, record + 10, 2)
    var length = number(tail, record + 12, 4)
    var begin = number(tail, record + 16, 4)
    if count == 0xFFFF || length == 0xFFFF_FFFF || begin == 0xFFFF_FFFF {
      (count, length, begin) = try largePlace(contents, locator: start + record - 20)
    }
    guard begin >= 0, length >= 0, begin <= contents.count, length <= contents.count - begin else {
      throw damage(contents, at: start + record, "a directory of \(length) bytes at \(begin)")
    }
    return (count, begin..<begin + length)
  }

  /// The directory of an archive beyond 4 GiB, from the record that the locator points to.
  private static func largePlace(
    _ contents: ByteContents, locator: Int
  ) throws(InterchangeError) -> (count: Int, length: Int, begin: Int) {
    guard locator >= 0 else { throw damage(contents, at: 0, "no locator of a large directory") }
    let pointer = try contents.bytes(locator..<locator + 20)
    let place = number(pointer, 8, 8)
    guard number(pointer, 0, 4) == 0x0706_4B50, place >= 0, place <= contents.count - 56 else {
      throw damage(contents, at: locator, "a locator that leads nowhere")
    }
    let record = try contents.bytes(place..<place + 56)
    guard number(record, 0, 4) == 0x0606_4B50 else {
      throw damage(contents, at: place, "no record of a large directory")
    }
    return (max(0, number(record, 32, 8)), number(record, 40, 8), number(record, 48, 8))
  }

  private static func member(
    _ bytes: [UInt8], _ place: inout Int, _ contents: ByteContents, directory: Int
  ) throws(InterchangeError) -> Member {
    let start = place
    guard bytes.count - start >= 46, number(bytes, start, 4) == 0x0201_4B50 else {
      throw damage(contents, at: directory + start, "no entry")
    }
    let nameEnd = start + 46 + number(bytes, start + 28, 2)
    let extraEnd = nameEnd + number(bytes, start + 30, 2)
    place = extraEnd + number(bytes, start + 32, 2)
    guard place <= bytes.count,
      let name = String(validating: bytes[start + 46..<nameEnd], as: UTF8.self)
    else { throw damage(contents, at: directory + start, "an entry that does not end, or no name") }
    guard number(bytes, start + 8, 2) & 1 == 0 else {
      throw InterchangeError(
        .unsupportedMethod, file: contents.file, tensor: name, offset: directory + start,
        found: "an encrypted member", expected: "a plain one")
    }
    var sizes = [
      number(bytes, start + 24, 4), number(bytes, start + 20, 4), number(bytes, start + 42, 4),
    ]
    largeSizes(bytes[nameEnd..<extraEnd], &sizes)
    guard sizes.allSatisfy({ $0 >= 0 }), sizes[2] <= contents.count,
      sizes[1] <= contents.count - sizes[2]
    else { throw damage(contents, at: directory + start, "a member outside the file") }
    return Member(
      name: name, method: number(bytes, start + 10, 2),
      checksum: UInt32(number(bytes, start + 16, 4)), packedCount: sizes[1],
      unpackedCount: sizes[0], offset: sizes[2])
  }

  /// Puts 64-bit numbers from the extra field 1 in the places of those that say 0xFFFFFFFF.
  private static func largeSizes(_ extra: ArraySlice<UInt8>, _ sizes: inout [Int]) {
    let bytes = Array(extra)
    var place = 0
    while place + 4 <= bytes.count {
      let (id, length) = (number(bytes, place, 2), number(bytes, place + 2, 2))
      place += 4
      let end = min(bytes.count, place + length)
      if id == 1 {
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF && place + 8 <= end {
          sizes[index] = number(bytes, place, 8)
          place += 8
        }
      }
      place = end
    }
  }

  /// A little-endian number, negative where it is beyond `Int`; the place must lie inside.
  static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    Int(
      truncatingIfNeeded: bytes[place..<place + count].reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      })
  }
}

private func damage(
  _ contents: ByteContents, at offset: Int, _ found: String
) -> InterchangeError {
  InterchangeError(
    .damagedArchive, file: contents.file, offset: offset, found: found,
    expected: "the directory of a ZIP archive")
}
