import Downloads
import Foundation
import Testing

@Suite struct ArchiveTests {
  static let good = tar(
    tarMember("data/", type: "5"), tarMember("data/a.bin", [1, 2, 3]),
    tarMember("./data/deep/b.bin", [UInt8](repeating: 7, count: 1000)),
    tarMember("pax", Array("31 path=data/a longer name.txt\n".utf8), type: "x"),
    tarMember("short", [9]))

  @Test("files and folders, packed or not", arguments: [good, gzip(good)])
  func unpacks(_ bytes: [UInt8]) async throws {
    try await withTemporaryFolder { (folder) async throws in
      try Archive.unpack(bytes, name: "x.tar", to: "\(folder)/out")
      #expect(try contents("\(folder)/out/data/a.bin") == [1, 2, 3])
      #expect(try contents("\(folder)/out/data/deep/b.bin").count == 1000)
      #expect(try contents("\(folder)/out/data/a longer name.txt") == [9])
      #expect(try names(in: folder) == ["out"])
    }
  }

  @Test("long names of GNU and of pax")
  func readsLongNames() async throws {
    let long = "a/" + String(repeating: "n", count: 150)
    let line = " path=\(long)x\n"
    let pax = "\(line.utf8.count + 3)\(line)"
    let bytes = tar(
      tarMember("././@LongLink", Array(long.utf8) + [0], type: "L"), tarMember("cut", [1]),
      tarMember("pax", Array(pax.utf8), type: "x"), tarMember("cut", [2]))
    try await withTemporaryFolder { (folder) async throws in
      try Archive.unpack(bytes, name: "x.tar", to: "\(folder)/out")
      #expect(try contents("\(folder)/out/\(long)") == [1])
      #expect(try contents("\(folder)/out/\(long)x") == [2])
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let reason: DownloadError.Reason
  }

  static let bad = [
    Bad(testDescription: "empty", bytes: [], reason: .damagedArchive),
    Bad(testDescription: "no member", bytes: tar(), reason: .damagedArchive),
    Bad(testDescription: "text", bytes: Array("hello".utf8), reason: .damagedArchive),
    Bad(
      testDescription: "a path upwards", bytes: tar(tarMember("../evil", [1])),
      reason: .unsafeArchive),
    Bad(
      testDescription: "a path up inside", bytes: tar(tarMember("a/../../evil", [1])),
      reason: .unsafeArchive),
    Bad(
      testDescription: "a path upwards whose slash has an accent",
      bytes: tar(tarMember("../\u{301}evil", [1])), reason: .unsafeArchive),
    Bad(
      testDescription: "an absolute path whose slash has an accent",
      bytes: tar(tarMember("/\u{301}evil", [1])), reason: .unsafeArchive),
    Bad(
      testDescription: "an absolute path", bytes: tar(tarMember("/tmp/evil", [1])),
      reason: .unsafeArchive),
    Bad(
      testDescription: "a symbolic link", bytes: tar(tarMember("l", type: "2", link: "/etc")),
      reason: .unsafeArchive),
    Bad(
      testDescription: "a hard link", bytes: tar(tarMember("l", type: "1", link: "/etc/passwd")),
      reason: .unsafeArchive),
    Bad(testDescription: "a device", bytes: tar(tarMember("d", type: "3")), reason: .unsafeArchive),
    Bad(
      testDescription: "a name twice", bytes: tar(tarMember("a", [1]), tarMember("a", [2])),
      reason: .unsafeArchive),
    Bad(
      testDescription: "a size of 8 GiB", bytes: tar(tarMember("a", size: "77777777777")),
      reason: .tooLarge),
    Bad(
      testDescription: "a size that is no number", bytes: tar(tarMember("a", size: "9x")),
      reason: .damagedArchive),
    Bad(
      testDescription: "a wrong checksum", bytes: tar(tarMember("a", [1], checksum: "000001")),
      reason: .damagedArchive),
    Bad(
      testDescription: "cut in a file",
      bytes: Array(tarMember("a", [UInt8](repeating: 1, count: 600)).prefix(700)),
      reason: .damagedArchive),
    Bad(
      testDescription: "cut in a header", bytes: Array(tarMember("a").prefix(300)),
      reason: .damagedArchive),
    Bad(
      testDescription: "cut gzip", bytes: Array(gzip(good).dropLast(20)), reason: .damagedArchive),
    Bad(
      testDescription: "a bomb",
      bytes: gzip(tar(tarMember("a", [UInt8](repeating: 0, count: 2 << 20)))),
      reason: .tooLarge),
    Bad(
      testDescription: "too many members",
      bytes: tar(tarMember("a"), tarMember("b"), tarMember("c"), tarMember("d")), reason: .tooLarge),
    Bad(
      testDescription: "senseless attributes",
      bytes: tar(tarMember("p", [1, 2], type: "x"), tarMember("a")), reason: .damagedArchive),
  ]

  @Test("archives that are not to be trusted leave nothing", arguments: bad)
  func rejects(_ example: Bad) async throws {
    try await withTemporaryFolder { (folder) async throws in
      let error = #expect(throws: DownloadError.self) {
        try Archive.unpack(
          example.bytes, name: "x.tar", to: "\(folder)/out",
          limits: .init(byteCount: 1 << 20, memberCount: 3))
      }
      #expect(error?.reason == example.reason, "\(error?.description ?? "")")
      #expect(try names(in: folder) == [])
    }
  }

  @Test("what an ended process has left is removed, what a living one makes is not")
  func removesLeftovers() async throws {
    try await withTemporaryFolder { (folder) async throws in
      let mine = "out.\(ProcessInfo.processInfo.processIdentifier)-a.unpacking"
      // No process has such a number.
      for name in ["out.2000000000-a.unpacking", mine, "out.partial", "out.x-a.unpacking"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      }
      try Archive.unpack(Self.good, name: "x.tar", to: "\(folder)/out")
      #expect(try names(in: folder) == ["out", mine, "out.partial", "out.x-a.unpacking"].sorted())
    }
  }

  @Test("a folder that is there already is left as it is")
  func keepsFolder() async throws {
    try await withTemporaryFolder { (folder) async throws in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/out", withIntermediateDirectories: false)
      try Data([1]).write(to: URL(filePath: "\(folder)/out/mine"))
      #expect(throws: DownloadError.self) {
        try Archive.unpack(Self.good, name: "x.tar", to: "\(folder)/out")
      }
      #expect(try names(in: folder) == ["out"])
      #expect(try names(in: "\(folder)/out") == ["mine"])
    }
  }
}
