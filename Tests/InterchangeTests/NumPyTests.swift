import Foundation
import Interchange
import Myelin
import Testing

/// The path of a file that NumPy has written.
func numPyFile(_ name: String) -> String {
  Bundle.module.bundleURL.appendingPathComponent("Golden/NumPy/\(name)").path
}

@Suite struct NumPyTests {
  static let types: [(letters: String, type: DataType)] = [
    ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16),
    ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("b1", .bool),
  ]

  /// The 24 numbers of a golden array of a type.
  func numbers(_ type: DataType) -> [Double] {
    (0..<24).map { type == .bool ? Double($0 % 2) : type == .uint8 ? Double($0) : Double($0 - 5) }
  }

  @Test(
    "every type, both orders of bytes, both orders of axes",
    arguments: ["types", "types_compressed"])
  func readsTypes(_ name: String) throws {
    let archive = try NumPyArchive(contentsOf: numPyFile("\(name).npz"))
    #expect(archive.names.count == 36)
    for (letters, type) in Self.types {
      for variant in ["little_C", "little_F", "big_C", "big_F"] {
        let file = try archive.file("\(letters)_\(variant)")
        #expect(file.shape == [2, 3, 4] && file.dataType == type)
        let tensor = try file.tensor()
        #expect(
          tensor.to(.float64).scalars(as: Double.self) == numbers(type), "\(letters)_\(variant)")
        let rows = try file.rows(1..<2)
        #expect(rows.shape == [1, 3, 4])
        #expect(rows.to(.float64).scalars(as: Double.self) == Array(numbers(type)[12...]))
        #expect(try file.rows(1..<1).shape == [0, 3, 4])
      }
    }
  }

  @Test(
    "files of NumPy are read and written byte for byte",
    arguments: ["matrix", "vector", "scalar", "empty", "truth"])
  func writesSameBytes(_ name: String) throws {
    let path = numPyFile("\(name).npy")
    let tensor = try NumPyFile(contentsOf: path).tensor()
    #expect(NumPyFile.fileBytes(of: tensor) == [UInt8](try Data(contentsOf: URL(filePath: path))))
    try withTemporaryFolder { folder in
      try NumPyFile.write(tensor, to: "\(folder)/x.npy")
      #expect(FileManager.default.contentsEqual(atPath: "\(folder)/x.npy", andPath: path))
    }
  }

  @Test("versions 2 and 3", arguments: [2, 3])
  func readsVersions(_ version: Int) throws {
    let file = try NumPyFile(contentsOf: numPyFile("version\(version).npy"))
    #expect(try file.tensor().scalars(as: Float.self) == (0..<12).map(Float.init))
  }

  @Test("every type of tensor survives, alone and in an archive", arguments: DataType.allCases)
  func roundTrips(_ type: DataType) throws {
    let tensor = Tensor((0..<6).map { Double($0 % 2) }, shape: [2, 3]).to(type)
    let read = try NumPyFile(fileBytes: NumPyFile.fileBytes(of: tensor), name: "x").tensor()
    #expect(read.dataType == type && read.shape == [2, 3])
    #expect(read.to(.float64).scalars(as: Double.self) == [0, 1, 0, 1, 0, 1])
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.npz"
      try NumPyArchive.write(["b": tensor, "a": tensor.transposed()], to: path)
      let archive = try NumPyArchive(contentsOf: path)
      #expect(archive.names == ["a", "b"])
      let tensors = try archive.tensors()
      #expect(tensors["a"]?.to(.float64).scalars(as: Double.self) == [0, 1, 1, 0, 0, 1])
    }
  }

  static let unsupported = [
    ("object.npy", InterchangeError.Reason.unsupportedElementType),
    ("complex.npy", .unsupportedElementType), ("records.npy", .unsupportedElementType),
    ("types.npz", .wrongMagic), ("nothing.npy", .missingFile),
  ]

  @Test("files that are not read", arguments: unsupported)
  func rejects(_ name: String, _ reason: InterchangeError.Reason) {
    let error = #expect(throws: InterchangeError.self) {
      try NumPyFile(contentsOf: numPyFile(name))
    }
    #expect(error?.reason == reason)
  }
}
