import Glibc

/// A regular file of which parts are read when they are needed.
package final class OpenFile: Sendable {
  package let path: String
  /// How many bytes it had when it was opened.
  package let count: Int
  private let descriptor: Int32

  /// Throws when there is no such file, it is something else, or it cannot be opened.
  package init(_ path: String) throws(DatasetError) {
    // Without O_NONBLOCK a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemError(errno, path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let number = errno
      close(descriptor)
      throw systemError(number, path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a special file"
      throw DatasetError(.irregularFile, file: path, found: kind, expected: "a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// The bytes from a place on, `count` of them or, at the end of the file, fewer.
  package func read(_ count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    guard failure == 0 else { throw systemError(failure, path) }
    return bytes
  }
}
