import Foundation
import Myelin
import Recipes

/// A folder with recipes and their data, which is removed at the end.
struct RecipeFolder {
  let path: String

  static func with(_ body: (RecipeFolder) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "recipes-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(RecipeFolder(path: path))
  }

  /// Writes a file and gives its path.
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Grey pictures of two classes in `name`: dark and bright ones, of the sizes that are given.
  func pictures(_ name: String, sizes: [Int], classes: [String] = ["bright", "dark"]) throws
    -> String
  {
    for (number, size) in sizes.enumerated() {
      for (label, folder) in classes.enumerated() {
        let image = Image(
          height: size, width: size, channels: 1,
          pixels: (0..<size * size).map { UInt8(($0 * 7 + number * 13) % 60 + label * 150) })
        let file = String(format: "%03d.png", number)
        _ = try write("\(name)/\(folder)/\(file)", image.png)
      }
    }
    return "\(path)/\(name)"
  }
}

extension Recipe {
  /// A recipe from its text.
  static func reading(_ text: String) throws -> Recipe {
    try Recipe(RecipeFile(text: text, name: "test.yaml"))
  }
}
