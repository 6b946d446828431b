import Arrays
import CZlib

/// A member of a ZIP archive, checked before it is used.
struct ZipMember {
  private let member: ZipDirectory.Member
  private let whole: ByteContents
  private let file: String
  private let packed: Range<Int>

  /// `file` names the member in errors.
  init(
    _ member: ZipDirectory.Member, of contents: ByteContents, file: String
  ) throws(InterchangeError) {
    self.member = member
    self.file = file
    whole = contents
    guard member.offset <= contents.count - 30 else {
      throw ZipMember.damage(file, member.offset, "a header beyond the end")
    }
    let header = try contents.bytes(member.offset..<member.offset + 30)
    let start =
      member.offset + 30 + ZipDirectory.number(header, 26, 2) + ZipDirectory.number(header, 28, 2)
    guard ZipDirectory.number(header, 0, 4) == 0x0403_4B50, start <= contents.count,
      member.packedCount <= contents.count - start
    else { throw ZipMember.damage(file, member.offset, "no header, or a member beyond the end") }
    packed = start..<start + member.packedCount
  }

  /// The member's bytes, whose checksum is right.
  func unpacked() throws(InterchangeError) -> ByteContents {
    switch member.method {
    case 0:
      guard member.packedCount == member.unpackedCount else {
        throw ZipMember.damage(file, member.offset, "two sizes of a member that is not packed")
      }
      try requireChecksum(storedChecksum())
      return ByteContents(packed, of: whole, file: file)
    case 8:
      let bytes = try inflated()
      try requireChecksum(
        UInt32(bytes.withUnsafeBufferPointer { ZipMember.checksum($0, after: 0) }))
      return ByteContents(bytes, file: file)
    default:
      throw InterchangeError(
        .unsupportedMethod, file: file, offset: member.offset, found: "method \(member.method)",
        expected: "0, stored, or 8, deflate")
    }
  }

  private func requireChecksum(_ found: UInt32) throws(InterchangeError) {
    guard found == member.checksum else {
      throw ZipMember.damage(
        file, packed.lowerBound, "the checksum \(found) where \(member.checksum) is noted")
    }
  }

  private func storedChecksum() throws(InterchangeError) -> UInt32 {
    var checksum: UInt = 0
    for start in stride(from: packed.lowerBound, to: packed.upperBound, by: 1 << 20) {
      let piece = try whole.bytes(start..<min(start + 1 << 20, packed.upperBound))
      checksum = piece.withUnsafeBufferPointer { ZipMember.checksum($0, after: checksum) }
    }
    return UInt32(checksum)
  }

  private static func checksum(_ bytes: UnsafeBufferPointer<UInt8>, after start: UInt) -> UInt {
    crc32_z(start, bytes.baseAddress, bytes.count)
  }

  /// Unpacks exactly as many bytes as are declared, once it is known that so many can come out.
  private func inflated() throws(InterchangeError) -> [UInt8] {
    // A deflate match of 258 bytes takes 2 bits.
    guard member.unpackedCount / 1032 <= member.packedCount else {
      throw ZipMember.damage(
        file, member.offset, "\(member.unpackedCount) bytes packed into \(member.packedCount)")
    }
    if let refusal = MemoryLimit.refusal(of: member.unpackedCount, for: "the array") {
      throw InterchangeError(
        .tooLarge, file: file, found: refusal, expected: "an array that fits into memory")
    }
    let input = try whole.bytes(packed)
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: member.unpackedCount) { output, count in
      isWhole = ZipMember.inflate(input, into: output)
      count = isWhole ? member.unpackedCount : 0
    }
    guard isWhole else {
      throw ZipMember.damage(file, packed.lowerBound, "data that do not unpack to the noted size")
    }
    return bytes
  }

  /// Whether the packed bytes end with their stream and fill `output` exactly.
  private static func inflate(
    _ packed: [UInt8], into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var stream = z_stream()
    // Negative: without a wrapper.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return false }
    defer { inflateEnd(&stream) }
    return packed.withUnsafeBufferPointer { input in
      var (read, written, code) = (0, 0, Z_OK)
      // One byte more than fits would be the sign of a size that lies.
      var spare: UInt8 = 0
      while code == Z_OK {
        let available = min(input.count - read, Int(UInt32.max))
        let room = min(output.count - written, Int(UInt32.max))
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + read })
        stream.avail_in = UInt32(available)
        if room > 0 {
          stream.next_out = output.baseAddress.map { $0 + written }
          stream.avail_out = UInt32(room)
          code = CZlib.inflate(&stream, Z_NO_FLUSH)
          written += room - Int(stream.avail_out)
        } else {
          code = withUnsafeMutablePointer(to: &spare) { spare in
            stream.next_out = spare
            stream.avail_out = 1
            return CZlib.inflate(&stream, Z_NO_FLUSH)
          }
          if stream.avail_out == 0 { return false }
        }
        read += available - Int(stream.avail_in)
      }
      return code == Z_STREAM_END && written == output.count && read == input.count
    }
  }

  private static func damage(_ file: String, _ offset: Int, _ found: String) -> InterchangeError {
    InterchangeError(
      .damagedArchive, file: file, offset: offset, found: found,
      expected: "a sound member of a ZIP archive")
  }
}
