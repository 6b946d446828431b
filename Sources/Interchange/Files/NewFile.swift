import Glibc

/// A file that comes into being whole or not at all: it is written aside, in the folder where it will
/// be, brought to the disk, and then takes its name. Whoever reads meanwhile sees the old file.
package struct NewFile: ~Copyable {
  private let path: String
  private let folder: String
  private let asidePath: String
  private let descriptor: Int32

  /// Begins a file that will have this path.
  package init(_ path: String) throws(InterchangeError) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let number = String(UInt64.random(in: 0 ... .max), radix: 36)
    let asidePath = "\(folder)/.\(number).partial"
    let descriptor = open(asidePath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw NewFile.failure(errno, path) }
    (self.path, self.folder) = (path, folder)
    (self.asidePath, self.descriptor) = (asidePath, descriptor)
  }

  /// Writes a whole file.
  package static func write(_ bytes: [UInt8], to path: String) throws(InterchangeError) {
    let file = try NewFile(path)
    try bytes.withUnsafeBufferPointer { (bytes) throws(InterchangeError) in
      try file.write(UnsafeRawBufferPointer(bytes))
    }
    try file.finish()
  }

  /// Writes behind what has been written.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(InterchangeError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let put = Glibc.write(descriptor, base + done, bytes.count - done)
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { throw NewFile.failure(put < 0 ? errno : ENOSPC, path) }
      done += put
    }
  }

  /// Writes a header and what follows it.
  package func write(_ pieces: SafeTensors.Pieces) throws(InterchangeError) {
    try pieces.header.withUnsafeBufferPointer { (bytes) throws(InterchangeError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
    try pieces.forEachArray { (bytes) throws(InterchangeError) in try write(bytes) }
  }

  /// Brings what has been written to the disk.
  package func synchronize() throws(InterchangeError) {
    if fsync(descriptor) != 0 { throw NewFile.failure(errno, path) }
  }

  /// Gives the file its name; nothing remains of it where that fails.
  package consuming func finish() throws(InterchangeError) {
    guard fsync(descriptor) == 0, rename(asidePath, path) == 0 else {
      throw NewFile.failure(errno, path)
    }
    // So that the name outlasts a loss of power, too; not every file system can say so of a folder.
    let folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  deinit {
    close(descriptor)
    // Already gone where the file has got its name.
    unlink(asidePath)
  }

  private static func failure(_ number: Int32, _ path: String) -> InterchangeError {
    InterchangeError(
      .unwritableFile, file: path, found: String(cString: strerror(number)),
      expected: "a folder that takes the file")
  }
}
