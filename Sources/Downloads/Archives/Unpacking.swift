import Datasets
import Glibc

/// The members of a tar archive, one after another.
struct Unpacking {
  private var source: ByteSource
  private let name: String
  private let folder: String
  private let limits: Archive.Limits
  private var byteCount = 0
  private var memberCount = 0
  /// What members of attributes say of the next one.
  private var nextName: String?
  private var nextByteCount: Int?

  /// The most bytes of a name, or of the attributes of a member.
  private static let longestAttributes = 1 << 20

  init(_ bytes: [UInt8], name: String, into folder: String, _ limits: Archive.Limits) {
    source = ByteSource(bytes, file: name)
    (self.name, self.folder, self.limits) = (name, folder, limits)
  }

  mutating func run() throws(DownloadError) {
    while true {
      let block = try read(TarHeader.blockLength)
      // An archive ends in two blocks of zeros; some writers leave them out.
      if block.isEmpty || block.allSatisfy({ $0 == 0 }) && block.count == TarHeader.blockLength {
        guard memberCount > 0 else { throw damage("no member", "at least one") }
        return
      }
      guard let header = TarHeader(block) else {
        throw damage("\(block.count) bytes that are no header", "a header of 512 bytes")
      }
      try unpack(header)
    }
  }

  private mutating func unpack(_ header: TarHeader) throws(DownloadError) {
    switch header.kind {
    case .longName:
      let text = try attributes(header).prefix { $0 != 0 }
      nextName = String(validating: text, as: UTF8.self)
      if nextName == nil { throw damage("a name that is no UTF-8", "UTF-8") }
    case .attributes: try take(attributes(header))
    case .globalAttributes: _ = try attributes(header)
    case .other(let letter):
      throw DownloadError(
        .unsafeArchive, name,
        found: "\(header.name) of type \(Character(Unicode.Scalar(letter)))",
        expected: "files and folders, no links")
    case .folder, .file:
      let path = try safePath(nextName ?? header.name)
      let count = nextByteCount ?? header.byteCount
      (nextName, nextByteCount) = (nil, nil)
      memberCount += 1
      guard memberCount <= limits.memberCount else {
        throw tooLarge("more members", "at most \(limits.memberCount)")
      }
      if case .folder = header.kind { return try makeFolders(path[...]) }
      try makeFolders(path.dropLast())
      try writeFile(path.joined(separator: "/"), count)
    }
  }

  /// The components of a path that stays inside.
  private func safePath(_ path: String) throws(DownloadError) -> [String] {
    // By bytes, as the system cuts paths: a character may be a slash with an accent.
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String($0) ?? ".." }
      .filter { $0 != "." }
    guard path.utf8.first != UInt8(ascii: "/"), !parts.contains(".."), !path.utf8.contains(0)
    else {
      throw DownloadError(
        .unsafeArchive, name, found: "the path \(path.prefix(200))",
        expected: "paths that stay inside")
    }
    return parts
  }

  private func makeFolders(_ parts: ArraySlice<String>) throws(DownloadError) {
    var path = folder
    for part in parts {
      path += "/" + part
      if mkdir(path, 0o755) != 0 && errno != EEXIST { throw Archive.unwritable(path, errno) }
    }
  }

  private mutating func writeFile(_ path: String, _ count: Int) throws(DownloadError) {
    guard count <= limits.byteCount - byteCount else {
      throw tooLarge("\(path.prefix(200)) of \(count) bytes", "at most \(limits.byteCount) in all")
    }
    byteCount += count
    // A file that is there already, and a link, cannot be opened so.
    let target = "\(folder)/\(path)"
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST || errno == EISDIR {
        throw DownloadError(
          .unsafeArchive, name, found: "\(path.prefix(200)) twice", expected: "each name once")
      }
      throw Archive.unwritable(target, errno)
    }
    defer { close(descriptor) }
    var left = count
    while left > 0 {
      let piece = try read(min(left, 1 << 20))
      if piece.isEmpty { throw damage("the end inside \(path.prefix(200))", "\(left) more bytes") }
      try write(piece, to: descriptor, target)
      left -= piece.count
    }
    try skipPadding(count)
  }

  private func write(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(DownloadError) {
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { throw Archive.unwritable(path, put < 0 ? errno : ENOSPC) }
      done += put
    }
  }

  /// The content of a member that describes the next.
  private mutating func attributes(_ header: TarHeader) throws(DownloadError) -> [UInt8] {
    guard header.byteCount <= Unpacking.longestAttributes else {
      throw tooLarge(
        "\(header.byteCount) bytes of a name", "at most \(Unpacking.longestAttributes)")
    }
    let bytes = try read(header.byteCount)
    guard bytes.count == header.byteCount else {
      throw damage("the end inside a name", "\(header.byteCount) bytes")
    }
    try skipPadding(header.byteCount)
    return bytes
  }

  /// Takes the name and the size from lines of pax: `LENGTH KEY=VALUE`.
  private mutating func take(_ attributes: [UInt8]) throws(DownloadError) {
    var rest = attributes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != 0x20 }
      guard let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 1, length <= rest.count,
        let line = String(
          validating: rest.dropFirst(digits.count + 1).prefix(length - digits.count - 2),
          as: UTF8.self)
      else { throw damage("attributes that make no sense", "lines of pax") }
      if line.hasPrefix("path=") { nextName = String(line.dropFirst(5)) }
      if line.hasPrefix("size=") {
        guard let size = Int(line.dropFirst(5)), size >= 0 else {
          throw damage("the \(line.prefix(50))", "a number of bytes")
        }
        nextByteCount = size
      }
      rest = rest.dropFirst(length)
    }
  }

  private mutating func skipPadding(_ count: Int) throws(DownloadError) {
    _ = try read((TarHeader.blockLength - count % TarHeader.blockLength) % TarHeader.blockLength)
  }

  private mutating func read(_ count: Int) throws(DownloadError) -> [UInt8] {
    do throws(DatasetError) {
      return try source.read(count)
    } catch {
      throw DownloadError(.damagedArchive, name, found: error.found, expected: error.expected)
    }
  }

  private func damage(_ found: String, _ expected: String) -> DownloadError {
    DownloadError(
      .damagedArchive, name, found: "\(found) at byte \(source.offset)", expected: expected)
  }

  private func tooLarge(_ found: String, _ expected: String) -> DownloadError {
    DownloadError(.tooLarge, name, found: found, expected: expected)
  }
}
