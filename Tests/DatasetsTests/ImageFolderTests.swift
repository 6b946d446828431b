import Datasets
import Foundation
import Testing

@Suite struct ImageFolderTests {
  /// Makes a folder with files at paths inside.
  func withTree(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
    try withTemporaryFolder([:]) { folder in
      for (path, bytes) in files {
        let url = URL(filePath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
      }
      try body(folder)
    }
  }

  static let png = checkered(4, 5).png

  static let tree: [String: [UInt8]] = [
    "dog/b.png": png, "dog/a.PNG": png, "dog/notes.txt": [1], "cat/deep/er/1.png": png,
    "cat/.hidden.png": png, "Zebra/1.png": png, ".git/x.png": png, "readme.md": [1],
  ]

  @Test("classes by code points, files in order, others counted")
  func lists() throws {
    try withTree(Self.tree) { folder in
      let images = try ImageFolder(folder)
      #expect(images.classNames == ["Zebra", "cat", "dog"])
      #expect(
        images.files.map { String($0.path.dropFirst(folder.count)) }
          == ["/Zebra/1.png", "/cat/deep/er/1.png", "/dog/a.PNG", "/dog/b.png"].map {
            folder.hasSuffix("/") ? String($0.dropFirst()) : $0
          })
      #expect(images.files.map(\.label) == [0, 1, 2, 2])
      #expect(images.ignoredCount == 2)
      let last = try images.example(at: 3)
      #expect(last.image == checkered(4, 5) && last.label == 2)
    }
  }

  @Test("links are followed, but not back into a folder around them")
  func followsLinks() throws {
    try withTree(["a/1.png": Self.png, "b/2.png": Self.png]) { folder in
      for (link, target) in [
        ("a/loop", ".."), ("a/self", "."), ("a/other", "../b"), ("b/gone", "no"),
      ] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/\(link)", withDestinationPath: target)
      }
      let images = try ImageFolder(folder)
      #expect(images.count < 8)
      #expect(images.files.contains { $0.path.hasSuffix("a/other/2.png") && $0.label == 0 })
    }
  }

  @Test("a broken picture is named, or left out with the others")
  func findsBroken() throws {
    try withTree(["a/1.png": Self.png, "a/2.png": Array(Self.png.dropLast(20)), "a/3.jpg": []]) {
      var images = try ImageFolder($0)
      let error = #expect(throws: DatasetError.self) { try images.example(at: 1) }
      #expect(error?.file.hasSuffix("a/2.png") == true)
      #expect(images.removeBrokenFiles().map(\.reason) == [.damagedFile, .unknownFormat])
      #expect(images.files.map(\.label) == [0])
    }
  }

  @Test(
    "folders that hold nothing to read",
    arguments: [[:], ["a.png": png], ["a/x.txt": [1], "b/1.png": png]])
  func rejects(_ files: [String: [UInt8]]) throws {
    try withTree(files) { folder in
      let error = #expect(throws: DatasetError.self) { try ImageFolder(folder) }
      #expect(error?.reason == .noExamples)
    }
  }

  @Test("missing folders, and files in their place")
  func rejectsMissing() throws {
    #expect(throws: DatasetError.self) { try ImageFolder("/nowhere/x") }
    try withTree(["x": [1]]) { folder in
      #expect(throws: DatasetError.self) { try ImageFolder("\(folder)/x") }
    }
  }
}
