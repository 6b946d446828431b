import Arrays
import Glibc

/// The most bytes that are read from one file, packed or not: a quarter of the memory that the
/// machine, the control group and the process's own limits grant, since the file, its elements and
/// the tensors made of them stand beside each other.
package let largestByteCount =
  (MemoryLimit.bounds.map(\.limit) + [sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))])
  .reduce(.max, min) / 4

/// Reads a regular file whole.
///
/// Throws when it is missing, is something else (a folder, a pipe), has more than `limit` bytes or
/// cannot be read.
package func readFile(
  _ path: String, limit: Int = largestByteCount
) throws(DatasetError) -> [UInt8] {
  let file = try OpenFile(path)
  guard file.count <= limit else {
    throw DatasetError(
      .tooLarge, file: path, found: "\(file.count) bytes", expected: "at most \(limit) bytes")
  }
  return try file.read(file.count, at: 0)
}

/// The error of a call of the system that failed with `number`.
func systemError(_ number: Int32, _ path: String) -> DatasetError {
  let isMissing = number == ENOENT || number == ENOTDIR
  return DatasetError(
    isMissing ? .missingFile : .unreadableFile, file: path,
    found: isMissing ? "nothing" : String(cString: strerror(number)), expected: "a readable file")
}
