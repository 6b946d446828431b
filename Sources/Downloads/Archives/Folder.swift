import Foundation

/// Folders with all that is in them.
enum Folder {
  static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}
