import Glibc

/// The most bytes that are read from one file, packed or not: a quarter of the machine's memory,
/// since the file, its elements and the tensors made of them stand beside each other.
package let largestByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4

/// Reads a regular file whole.
///
/// Throws when it is missing, is something else (a folder, a pipe), has more than `limit` bytes or
/// cannot be read.
package func readFile(
  _ path: String, limit: Int = largestByteCount
) throws(DatasetError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw systemError(errno, path) }
  defer { close(descriptor) }

  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw systemError(errno, path) }
  guard status.st_mode & S_IFMT == S_IFREG else {
    let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a special file"
    throw DatasetError(.irregularFile, file: path, found: kind, expected: "a regular file")
  }

  var failure: Int32 = 0
  let byteCount = Int(status.st_size)
  guard byteCount <= limit else {
    throw DatasetError(
      .tooLarge, file: path, found: "\(byteCount) bytes", expected: "at most \(limit) bytes")
  }
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
