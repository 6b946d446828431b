import Foundation
import Interchange
import Myelin
import Testing

@Suite struct SafeTensorsWritingTests {
  /// What the format's own package wrote, read and written again.
  @Test(arguments: ["types", "shapes", "model", "tied"])
  func writesTheSameBytesAsTheFormatsOwnPackage(_ name: String) throws {
    let file = try SafeTensors(contentsOf: golden(name))
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: golden(name))))
    let tensors = try file.tensors()
    #expect(try SafeTensors.fileBytes(of: tensors, metadata: file.metadata) == bytes)
    try withTemporaryFolder { folder in
      let path = folder + "/x.safetensors"
      try SafeTensors.write(tensors, to: path, metadata: file.metadata)
      #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == bytes)
      #expect(try names(in: folder) == ["x.safetensors"])
    }
  }

  @Test func writesViewsAndNothing() throws {
    let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
    let views = ["t": x.transposed(), "e": Tensor.ones([1]).expanded(to: [2, 2]), "s": x[1]]
    let read = try SafeTensors(fileBytes: SafeTensors.fileBytes(of: views), name: "f").tensors()
    #expect(read["t"]?.scalars(as: Int.self) == [1, 4, 2, 5, 3, 6] && read["t"]?.shape == [3, 2])
    #expect(read["e"]?.scalars(as: Int.self) == [1, 1, 1, 1])
    #expect(read["s"]?.scalars(as: Int.self) == [4, 5, 6])
    let metadata = ["b": "\u{0}\u{1f}\"", "a": "é"]
    let empty = try SafeTensors.fileBytes(of: [:], metadata: metadata)
    #expect(empty.count % 8 == 0)
    #expect(try SafeTensors(fileBytes: empty, name: "f").metadata == metadata)
  }

  @Test func refusesTheReservedName() {
    let error = #expect(throws: InterchangeError.self) {
      try SafeTensors.fileBytes(of: ["__metadata__": Tensor.ones([1])])
    }
    #expect(error?.reason == .reservedName)
  }

  @Test func replacesAFileThatIsBeingRead() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/f"
      try SafeTensors.write(["x": Tensor.ones([4])], to: path)
      let old = try SafeTensors(contentsOf: path)
      try SafeTensors.write(["x": Tensor.zeros([4])], to: path)
      #expect(try old.tensor("x").sum().item() == 4)
      #expect(try SafeTensors(contentsOf: path).tensor("x").sum().item() == 0)
    }
  }

  @Test func leavesNothingWhereItCannotWrite() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/taken/inside", withIntermediateDirectories: true)
      for path in [folder + "/missing/f", folder + "/taken", "/proc/f", "", folder + "/"] {
        let error = #expect(throws: InterchangeError.self) {
          try SafeTensors.write(["x": Tensor.ones([4])], to: path)
        }
        #expect(error?.reason == .unwritableFile && error?.file == path)
      }
      #expect(try names(in: folder) == ["taken"])
    }
  }

  /// As on a full disk: writes beyond 64 KiB fail.
  @Test func keepsTheOldFileWhereThereIsNoRoom() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = folder + "/f"
        try SafeTensors.write(["x": Tensor.ones([4])], to: path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 65536, rlim_max: 65536)
        try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
        let error = #expect(throws: InterchangeError.self) {
          try SafeTensors.write(["x": Tensor.ones([1 << 20])], to: path)
        }
        try #require(error?.reason == .unwritableFile && error?.found == "File too large")
        try #require(try names(in: folder) == ["f"])
        try #require(try SafeTensors(contentsOf: path).tensor("x").count == 4)
      }
    }
  }
}
