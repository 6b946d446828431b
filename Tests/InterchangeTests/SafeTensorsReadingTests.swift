import Foundation
import Interchange
import Myelin
import Testing

/// Files that the format's own package wrote.
@Suite struct SafeTensorsReadingTests {
  @Test(arguments: DataType.allCases)
  func readsEveryElementType(_ type: DataType) throws {
    let file = try SafeTensors(contentsOf: golden("types"))
    #expect(file.metadata == ["format": "pt"])
    let tensor = try file.tensor(type.description)
    #expect(tensor.dataType == type && tensor.shape == [2, 3])
    let signed: [Double] = [-2, -1, 0, 1, 2, 3]
    let expected =
      switch type {
      case .bool: signed.map { $0 == 0 ? 0 : 1.0 }
      case .uint8: signed.map(abs)
      default: signed
      }
    #expect(tensor.scalars(as: Double.self) == expected)
  }

  @Test func readsEveryShapeAndName() throws {
    let file = try SafeTensors(contentsOf: golden("shapes"))
    let tensors = try file.tensors()
    #expect(tensors.keys.sorted() == file.names && tensors.count == 6)
    #expect(tensors["number"]?.shape == [] && tensors["number"]?.item() == 1.5)
    #expect(tensors["empty"]?.shape == [0, 3])
    #expect(tensors["with \"quotes\", \\ and\nlines\t\u{1}"]?.scalars(as: Int.self) == [1])
    let numbers = try #require(tensors["naïve 名前 😀"]).scalars(as: Float.self)
    #expect(numbers[0] == -1 && numbers[1] == .infinity && numbers[2].isNaN)
    #expect(tensors["a"]?.scalars(as: Bool.self) == [true, false, true])
    #expect(tensors["b"]?.dataType == .int64 && tensors["b"]?.item() == 7)
    // 2 bytes behind an odd place: nothing is aligned but by chance.
    #expect(file["a"]?.bytes.count == 3)
  }

  @Test func listsWhatItCannotRead() throws {
    let file = try SafeTensors(contentsOf: golden("unsupported"))
    #expect(try file.tensor("known").item() == 4)
    #expect(file["wave"]?.elementType == .c64 && file["small"]?.elementType == .f8E4M3)
    let error = #expect(throws: InterchangeError.self) { try file.tensor("index") }
    #expect(error?.reason == .unsupportedElementType && error?.found == "U16")
    #expect(error?.tensor == "index")
    #expect(throws: InterchangeError.self) { try file.tensors() }
  }

  @Test func namesWhatIsNotThere() throws {
    let file = try SafeTensors(contentsOf: golden("model"))
    let error = #expect(throws: InterchangeError.self) { try file.tensor("5.weigth") }
    #expect(error?.reason == .missingTensor)
    #expect(error?.expected == "a name of the file, as 5.weight")
  }

  @Test func refusesWhatIsNoFile() throws {
    #expect(throws: InterchangeError.self) { try SafeTensors(contentsOf: "") }
    for (path, reason) in [
      ("/nowhere/at/all", InterchangeError.Reason.missingFile), ("/", .irregularFile),
      ("/dev/null", .irregularFile), ("/proc/self/mem", .truncatedHeader),
    ] {
      let error = #expect(throws: InterchangeError.self) { try SafeTensors(contentsOf: path) }
      #expect(error?.reason == reason, "\(path)")
      #expect(error?.file == path)
    }
  }

  @Test func noticesAFileThatBecomesShorter() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/f.safetensors"
      try SafeTensors.write(["x": Tensor.ones([1000])], to: path)
      let file = try SafeTensors(contentsOf: path)
      #expect(try file.tensor("x").sum().item() == 1000)
      try #require(truncate(path, 2000) == 0)
      let error = #expect(throws: InterchangeError.self) { try file.tensor("x") }
      #expect(error?.reason == .truncatedData && error?.offset == 2000)
    }
  }
}
