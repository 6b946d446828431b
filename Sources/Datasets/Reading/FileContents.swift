import Glibc

/// Reads a regular file whole.
///
/// Throws when it is missing, is something else (a folder, a pipe) or cannot be read.
package func readFile(_ path: String) throws(DatasetError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw systemError(errno, path) }
  defer { close(descriptor) }

  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw systemError(errno, path) }
  guard status.st_mode & S_IFMT == S_IFREG else {
    let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a special file"
    throw DatasetError(.missingFile, file: path, found: kind, expected: "a regular file")
  }

  var failure: Int32 = 0
  let byteCount = Int(status.st_size)
  let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
    while count < byteCount {
      let got = read(descriptor, buffer.baseAddress.map { $0 + count }, byteCount - count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failure = errno }
      if got <= 0 { return }
      count += got
    }
  }
  guard failure == 0 else { throw systemError(failure, path) }
  return bytes
}

private func systemError(_ number: Int32, _ path: String) -> DatasetError {
  let isMissing = number == ENOENT || number == ENOTDIR
  return DatasetError(
    isMissing ? .missingFile : .unreadableFile, file: path,
    found: isMissing ? "nothing" : String(cString: strerror(number)), expected: "a readable file")
}
