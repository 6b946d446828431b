import Glibc

/// An entry of a folder; a symbolic link is what it points to.
struct FolderEntry {
  enum Kind {
    case file, folder
    /// A pipe, a device, or a link that leads nowhere.
    case other
  }

  /// What tells folders apart however they were reached.
  struct Identity: Hashable {
    let device: UInt
    let number: UInt
  }

  let path: String
  let name: String
  let kind: Kind
  let identity: Identity

  var isHidden: Bool { name.hasPrefix(".") }

  /// The entries of a folder in the order of their names, by code points.
  ///
  /// Throws when there is no such folder or it cannot be read.
  static func list(_ path: String) throws(DatasetError) -> [FolderEntry] {
    guard let folder = opendir(path) else { throw failure(errno, path) }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw failure(errno, path) }
    names.sort(by: isBeforeByCodePoints)
    let prefix = path.hasSuffix("/") ? path : path + "/"
    return names.map { FolderEntry(path: prefix + $0, name: $0) }
  }

  /// The identity of a folder; nil where it is gone.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
  }

  private init(path: String, name: String) {
    var status = stat()
    let isThere = stat(path, &status) == 0
    self.path = path
    self.name = name
    identity = Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
    switch status.st_mode & S_IFMT {
    case S_IFREG where isThere: kind = .file
    case S_IFDIR where isThere: kind = .folder
    default: kind = .other
    }
  }

  private static func failure(_ number: Int32, _ path: String) -> DatasetError {
    let isMissing = number == ENOENT
    return DatasetError(
      isMissing ? .missingFile : .unreadableFile, file: path,
      found: isMissing ? "nothing" : String(cString: strerror(number)), expected: "a folder")
  }
}

/// The order of code points, which is that of UTF-8's bytes: the same in every language.
func isBeforeByCodePoints(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
