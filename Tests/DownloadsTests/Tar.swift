import CZlib

/// A member of a tar archive in ustar's form.
func tarMember(
  _ name: String, _ content: [UInt8] = [], type: Character = "0", size: String? = nil,
  link: String = "", checksum: String? = nil
) -> [UInt8] {
  func field(_ text: String, _ count: Int) -> [UInt8] {
    Array(text.utf8.prefix(count))
      + [UInt8](repeating: 0, count: count - min(count, text.utf8.count))
  }
  func octal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
  var header = field(name, 100) + field("0000644", 8) + field("0000000", 8) + field("0000000", 8)
  header += field(size ?? octal(content.count, 11), 12) + field(octal(0, 11), 12)
  header += [UInt8](repeating: 0x20, count: 8) + [type.asciiValue ?? 0] + field(link, 100)
  header += Array("ustar\0".utf8) + Array("00".utf8) + [UInt8](repeating: 0, count: 512 - 265)
  let sum = header.reduce(0) { $0 + Int($1) }
  header.replaceSubrange(148..<156, with: field(checksum ?? octal(sum, 6) + "\0 ", 8))
  let padding = (512 - content.count % 512) % 512
  return header + content + [UInt8](repeating: 0, count: padding)
}

/// An archive of members, with its end.
func tar(_ members: [UInt8]...) -> [UInt8] {
  members.flatMap(\.self) + [UInt8](repeating: 0, count: 1024)
}

/// The bytes as one member of a gzip stream.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
  defer { deflateEnd(&stream) }
  var input = bytes
  return [UInt8](unsafeUninitializedCapacity: bytes.count + 1024) { output, count in
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
    }
    count = output.count - Int(stream.avail_out)
  }
}
