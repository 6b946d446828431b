import Foundation

/// Runs `body` with the path of a fresh folder that holds `files`, and removes it afterwards.
func withTemporaryFolder(
  _ files: [String: [UInt8]], _ body: (String) throws -> Void
) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
  try body(folder.path(percentEncoded: false))
}
