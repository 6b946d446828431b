import Glibc

/// A text that is read in pieces, each begun where the last reading ended.
struct TextPieces {
  /// Bytes that are held, of which those from `start` on are still to be read.
  struct Part {
    private let bytes: [UInt8]
    let start: Int
    /// Ends of lines and bytes of the text in front of those that are held.
    let linesBefore: Int
    let bytesBefore: Int
    private let end: Int

    fileprivate init(_ bytes: [UInt8], _ start: Int, end: Int, _ lines: Int, _ count: Int) {
      (self.bytes, self.start, self.end) = (bytes, start, end)
      (linesBefore, bytesBefore) = (lines, count)
    }

    func prefix(upTo end: Int) -> Part { Part(bytes, start, end: end, linesBefore, bytesBefore) }

    func withBytes<R, E: Error>(
      _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
    ) throws(E) -> R {
      try bytes.withUnsafeBufferPointer { (all) throws(E) in
        try body(UnsafeBufferPointer(rebasing: all[..<end]))
      }
    }
  }

  private enum Source {
    case descriptor(OpenFile)
    case unpacking(ByteSource)
    case ended
  }

  let file: String
  private var source: Source
  private var held: [UInt8] = []
  private var start = 0
  private var linesBefore = 0
  private var bytesBefore = 0

  /// Whether nothing follows what is held.
  var isComplete: Bool {
    if case .ended = source { true } else { false }
  }

  init(opening path: String) throws(DatasetError) {
    let opened = try OpenFile(path)
    file = path
    if try GzipStream.isGzip(opened.read(2, at: 0)) {
      source = .unpacking(ByteSource(try readFile(path), file: path))
    } else {
      source = .descriptor(opened)
    }
  }

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    source = .unpacking(ByteSource(bytes, file: file))
  }

  /// What is held and not yet read.
  var rest: Part { Part(held, start, end: held.count, linesBefore, bytesBefore) }

  func withBytes<R, E: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try rest.withBytes(body)
  }

  /// Notes that the held bytes up to `end` have been read.
  mutating func consume(upTo end: Int) { start = end }

  /// Reads on: as much as is held and not yet read, and at least a mebibyte.
  ///
  /// Throws when more than `most` bytes would be held.
  mutating func readMore(most: Int) throws(DatasetError) {
    linesBefore += held.withUnsafeBufferPointer { CSVScanner.lineEnds($0, before: start) }
    bytesBefore += start
    held.removeFirst(start)
    start = 0
    guard held.count <= most else {
      throw DatasetError(
        .tooLarge, file: file, offset: bytesBefore, line: linesBefore + 1,
        found: "a record of more than \(held.count) bytes", expected: "at most \(most)")
    }
    let count = max(1 << 20, held.count)
    switch source {
    case .ended: return
    case .descriptor(let opened):
      let piece = try opened.read(count, at: bytesBefore + held.count)
      held += piece
      if piece.isEmpty { source = .ended }
    case .unpacking(var bytes):
      let piece = try bytes.read(count)
      held += piece
      source = piece.isEmpty ? .ended : .unpacking(bytes)
    }
  }
}
