/// The contents of a file, read from front to back, unpacked on the way where it is gzip.
package struct ByteSource {
  private enum Contents {
    case plain([UInt8])
    case packed(GzipStream)
  }

  /// The file's path, or a name for bytes that come from elsewhere.
  package let file: String
  /// How many (unpacked) bytes have been read.
  package private(set) var offset = 0
  private let contents: Contents

  /// Reads `bytes`, recognizing gzip by its first two bytes.
  package init(_ bytes: [UInt8], file: String) {
    self.file = file
    contents = GzipStream.isGzip(bytes) ? .packed(GzipStream(bytes, file: file)) : .plain(bytes)
  }

  /// No more bytes than this can follow: what stands in the file, or what its packed bytes could
  /// at most unpack to. To be asked before memory is taken for a declared size.
  var mostRemaining: Int {
    switch contents {
    case .plain(let bytes): bytes.count - offset
    case .packed(let stream):
      // zlib may hold a few bytes that it has taken in and not yet unpacked.
      (stream.packedRemaining + 64) * GzipStream.largestExpansion
    }
  }

  /// Whether `mostRemaining` is exactly what follows.
  var isPlain: Bool {
    if case .plain = contents { true } else { false }
  }

  /// The next bytes, `count` of them or, at the end, fewer.
  package mutating func read(_ count: Int) throws(DatasetError) -> [UInt8] {
    let bytes =
      switch contents {
      case .plain(let all): Array(all[offset..<min(offset + count, all.count)])
      case .packed(let stream): try ByteSource.unpack(count, from: stream)
      }
    offset += bytes.count
    return bytes
  }

  /// Takes memory only as fast as bytes really come out.
  private static func unpack(
    _ count: Int, from stream: GzipStream
  ) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try stream.read(min(count - bytes.count, 1 << 20))
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }
}
