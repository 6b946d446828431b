import Datasets
import Foundation
import Glibc

/// Unpacks tar archives, packed with gzip or not.
package enum Archive {
  /// What an archive may hold; more is an error.
  package struct Limits: Sendable, Hashable {
    /// Bytes of all files together.
    package var byteCount: Int
    /// Files and folders.
    package var memberCount: Int

    /// By default 16 GiB and 1,000,000 members.
    package init(byteCount: Int = 16 << 30, memberCount: Int = 1_000_000) {
      self.byteCount = byteCount
      self.memberCount = memberCount
    }
  }

  /// Unpacks an archive into a folder that must not exist yet: all of it, or nothing.
  ///
  /// Files and folders are made aside and renamed at the end. Links, devices, absolute paths, paths
  /// with `..` and names that occur twice are refused, whatever they would lead to; owners, times
  /// and permissions are not taken over.
  ///
  /// - Throws: `DownloadError`.
  package static func unpack(
    _ path: String, to folder: String, limits: Limits = Limits()
  ) throws(DownloadError) {
    let bytes: [UInt8]
    do throws(DatasetError) {
      bytes = try readFile(path)
    } catch {
      throw DownloadError(.damagedArchive, path, found: error.found, expected: error.expected)
    }
    try unpack(bytes, name: path, to: folder, limits: limits)
  }

  /// Unpacks the bytes of an archive; `name` stands for it in errors.
  package static func unpack(
    _ bytes: [UInt8], name: String, to folder: String, limits: Limits = Limits()
  ) throws(DownloadError) {
    removeLeftovers(of: folder)
    let number = String(UInt32.random(in: 0 ... .max), radix: 36)
    let aside = "\(folder).\(getpid())-\(number)\(asideSuffix)"
    guard mkdir(aside, 0o755) == 0 else { throw Archive.unwritable(aside, errno) }
    do throws(DownloadError) {
      var unpacking = Unpacking(bytes, name: name, into: aside, limits)
      try unpacking.run()
      // Fails where there is a folder with something in it already.
      guard rename(aside, folder) == 0 else { throw Archive.unwritable(folder, errno) }
    } catch {
      try? Folder.remove(aside)
      throw error
    }
  }

  private static let asideSuffix = ".unpacking"

  /// Removes what processes that have ended before their time have left beside the folder.
  private static func removeLeftovers(of folder: String) {
    let url = URL(fileURLWithPath: folder)
    let parent = url.deletingLastPathComponent().path
    let prefix = url.lastPathComponent + "."
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    where name.hasPrefix(prefix) && name.hasSuffix(asideSuffix) {
      let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
      guard let process = pid_t(owner), kill(process, 0) != 0, errno == ESRCH else { continue }
      try? Folder.remove("\(parent)/\(name)")
    }
  }

  static func unwritable(_ path: String, _ number: Int32) -> DownloadError {
    DownloadError(
      .unwritable, path, found: String(cString: strerror(number)), expected: "a place to write to")
  }
}
