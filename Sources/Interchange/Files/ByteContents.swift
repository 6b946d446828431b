import Glibc

/// The bytes of a regular file or of an array, of which parts are read when they are needed.
///
/// A file is not mapped into memory: where somebody shortens a mapped file, reading it kills the
/// process, and that could not be caught.
final class ByteContents: Sendable {
  /// The file's path, or a name for bytes that come from elsewhere.
  let file: String
  /// How many there are.
  let count: Int
  private let source: Source

  private enum Source {
    case descriptor(Int32)
    case array([UInt8])
    /// The bytes of another one from a place on.
    case part(ByteContents, Int)
  }

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    count = bytes.count
    source = .array(bytes)
  }

  /// A part of other contents, which must lie inside, under a name of its own.
  init(_ range: Range<Int>, of whole: ByteContents, file: String) {
    self.file = file
    count = range.count
    source = .part(whole, range.lowerBound)
  }

  /// Opens a regular file.
  init(opening path: String) throws(InterchangeError) {
    // Without O_NONBLOCK a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ByteContents.failure(errno, path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let number = errno
      close(descriptor)
      throw ByteContents.failure(number, path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a special file"
      throw InterchangeError(
        .irregularFile, file: path, found: kind, expected: "a regular file")
    }
    file = path
    count = Int(status.st_size)
    source = .descriptor(descriptor)
  }

  deinit {
    if case .descriptor(let descriptor) = source { close(descriptor) }
  }

  /// A part of the bytes, which must lie inside.
  func bytes(_ range: Range<Int>) throws(InterchangeError) -> [UInt8] {
    if case .array(let all) = source { return Array(all[range]) }
    var failure: InterchangeError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(InterchangeError) {
        try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer), tensor: nil)
        count = range.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills `memory` with the bytes from `offset`, which must lie inside; `tensor` is named in errors.
  func read(
    at offset: Int, into memory: UnsafeMutableRawBufferPointer, tensor: String?
  ) throws(InterchangeError) {
    guard let base = memory.baseAddress, !memory.isEmpty else { return }
    switch source {
    case .part(let whole, let start):
      try whole.read(at: start + offset, into: memory, tensor: tensor)
    case .array(let all):
      all.withUnsafeBytes {
        memory.copyMemory(from: .init(rebasing: $0[offset...].prefix(memory.count)))
      }
    case .descriptor(let descriptor):
      var done = 0
      while done < memory.count {
        let got = pread(descriptor, base + done, memory.count - done, offset + done)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { throw ByteContents.failure(errno, file) }
        if got == 0 {
          throw InterchangeError(
            .truncatedData, file: file, tensor: tensor, offset: offset + done,
            found: "the end of a file that has become shorter",
            expected: "\(memory.count - done) more bytes")
        }
        done += got
      }
    }
  }

  private static func failure(_ number: Int32, _ path: String) -> InterchangeError {
    let isMissing = number == ENOENT || number == ENOTDIR
    return InterchangeError(
      isMissing ? .missingFile : .unreadableFile, file: path,
      found: isMissing ? "nothing" : String(cString: strerror(number)),
      expected: "a readable file")
  }
}
