import Glibc

/// A data set that can be fetched by its name.
package struct KnownDataset: Sendable, Hashable {
  /// What it is asked for by.
  package let name: String
  /// A line for people.
  package let summary: String
  /// Its files, by their names in the data set's folder.
  package let files: [String: RemoteFile]
  /// The folder in a tar archive, the only file, that becomes the data set's; nil where the files
  /// stay as they are.
  package let unpackedFolder: String?
  /// At most so many bytes are taken on the disk at last.
  package let byteCount: Int

  package init(
    name: String, summary: String, files: [String: RemoteFile], unpackedFolder: String?,
    byteCount: Int
  ) {
    self.name = name
    self.summary = summary
    self.files = files
    self.unpackedFolder = unpackedFolder
    self.byteCount = byteCount
  }

  /// Fetches and unpacks the data set into `folder`/`name`, which is made; does nothing where all
  /// of it is there.
  ///
  /// - Parameters:
  ///   - mirrors: addresses of folders that are asked first, for example one in the same building.
  ///   - report: told the file, how many of its bytes have arrived, and of how many.
  /// - Returns: the folder to read from: with `MNIST.load(from:)` or `CIFAR.load(from:_:)`.
  /// - Throws: `DownloadError`.
  package func fetch(
    into folder: String, mirrors: [String] = [], with downloader: Downloader = Downloader(),
    report: @escaping @Sendable (_ file: String, _ received: Int, _ total: Int?) -> Void = {
      _, _, _ in
    }
  ) async throws(DownloadError) -> String {
    let place = "\(folder)/\(name)"
    let isPacked = unpackedFolder != nil
    if isPacked, access(place, R_OK) == 0 { return place }
    let target = isPacked ? folder : place
    for path in [folder, target] where mkdir(path, 0o755) != 0 && errno != EEXIST {
      throw Archive.unwritable(path, errno)
    }
    for (fileName, file) in files.sorted(by: { $0.key < $1.key }) {
      var file = file
      file.addresses =
        mirrors.map { $0 + ($0.hasSuffix("/") ? "" : "/") + fileName } + file.addresses
      let path = "\(target)/\(fileName)"
      try await downloader.fetch(file, to: path) { report(fileName, $0, $1) }
      if isPacked { try unpack(path, to: place) }
    }
    return place
  }

  /// Unpacks the archive, whose members lie in one folder of the known name, and removes it.
  private func unpack(_ path: String, to target: String) throws(DownloadError) {
    let aside = "\(target).unpacked"
    // What an interrupted call may have left.
    try? Folder.remove(aside)
    try Archive.unpack(path, to: aside, limits: .init(byteCount: byteCount, memberCount: 100))
    defer { try? Folder.remove(aside) }
    let inside = "\(aside)/\(unpackedFolder ?? "")"
    guard rename(inside, target) == 0 else { throw Archive.unwritable(target, errno) }
    unlink(path)
  }
}
