import Foundation
import Glibc

/// What has arrived of a file, beside the place where it will be, and what the server said to
/// recognize it by (RFC 9110, 8.8).
struct PartialFile {
  let path: String
  private let target: String
  private var validatorPath: String { path + ".validator" }

  init(for target: String) {
    self.target = target
    path = target + ".partial"
  }

  /// How many bytes there are.
  var count: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The server's mark of the contents, of which these bytes are the beginning; nil where it gave
  /// none. A line with the address, then the mark.
  func validator(for address: String) -> String? {
    guard let text = try? String(contentsOfFile: validatorPath, encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    return lines.count == 2 && lines[0] == address ? String(lines[1]) : nil
  }

  func note(validator: String?, for address: String) {
    guard let validator else {
      unlink(validatorPath)
      return
    }
    try? "\(address)\n\(validator)".write(toFile: validatorPath, atomically: true, encoding: .utf8)
  }

  /// Forgets what has arrived.
  func remove() {
    unlink(path)
    unlink(validatorPath)
  }

  /// Opens the file to write behind its first `count` bytes.
  func open(keeping count: Int) throws(DownloadError) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0, ftruncate(descriptor, count) == 0, lseek(descriptor, 0, SEEK_END) >= 0
    else {
      let error = failure(errno)
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    return descriptor
  }

  /// Brings the bytes to the disk and gives them their name.
  func finish() throws(DownloadError) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0, rename(path, target) == 0 else { throw failure(errno) }
    unlink(validatorPath)
  }

  func failure(_ number: Int32) -> DownloadError {
    DownloadError(
      .unwritable, target, found: String(cString: strerror(number)),
      expected: "a folder that takes the file")
  }
}
