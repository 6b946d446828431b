import Foundation
import Myelin

/// The path of a file among the golden ones.
func golden(_ name: String) -> String {
  Bundle.module.bundleURL.appendingPathComponent("Golden/\(name).safetensors").path
}

/// The bytes of a file with this header.
func fileBytes(_ header: String, _ body: [UInt8] = []) -> [UInt8] {
  fileBytes(Array(header.utf8), body)
}

func fileBytes(_ header: [UInt8], _ body: [UInt8]) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + body
}

/// Runs `body` with the path of a fresh folder, and removes it afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path(percentEncoded: false))
}

func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
