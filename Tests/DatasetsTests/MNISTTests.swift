import Arrays
import Datasets
import Foundation
import Tensors
import Testing

@Suite struct MNISTTests {
  static let original = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/mnist").standardizedFileURL.path(percentEncoded: false)

  @Test(
    "the original files",
    .enabled(if: FileManager.default.fileExists(atPath: original), "no MNIST at \(original)"))
  func readsOriginal() throws {
    let mnist = try MNIST.load(from: Self.original)
    #expect(mnist.training.count == 60_000 && mnist.test.count == 10_000)
    #expect(mnist.training.classes.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    #expect(mnist.test.classes.suffix(4) == [3, 4, 5, 6])
    // The means that the field normalizes with: 0.1307 and 0.1325.
    let sum = mnist.training.pixels.reduce(0) { $0 + Int($1) }
    #expect(abs(Double(sum) / (60_000 * 784 * 255) - 0.1307) < 0.0001)
    #expect(mnist.test.batch([0, 1]).images.shape == [2, 1, 28, 28])
  }

  static let blank = [UInt8](repeating: 0, count: 2 * 784)
  static let names = (
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"
  )

  static let wellFormed: [String: [UInt8]] = [
    names.0: idx([2, 28, 28], blank), names.1: idx([2], [3, 9]),
    names.2: idx([0, 28, 28], []), names.3: idx([0], []),
  ]

  @Test("plain and packed files, in any mix, and no examples at all")
  func readsMix() throws {
    var files = Self.wellFormed
    files[Self.names.0 + ".gz"] = files.removeValue(forKey: Self.names.0).map(gzip)
    files[Self.names.1] = gzip(idx([2], [3, 9]))
    try withTemporaryFolder(files) { folder in
      let mnist = try MNIST.load(from: folder)
      #expect(mnist.training.classes == [3, 9])
      #expect(mnist.training.size == .init(height: 28, width: 28))
      #expect(mnist.test.isEmpty)
    }
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    /// The file that is wrong, and its bytes; nil removes it.
    let file: String
    let bytes: [UInt8]?
    let reason: DatasetError.Reason
    let offset: Int?
    let found: String
    let expected: String
    var testDescription: String { "\(file): \(reason.rawValue)" }
  }

  static let malformed = [
    Malformed(
      file: names.2, bytes: nil, reason: .missingFile, offset: nil, found: "nothing",
      expected: "the file \(names.2) or \(names.2).gz"),
    Malformed(
      file: names.0, bytes: idx([2], [1, 2]), reason: .wrongDimensionCount, offset: 3,
      found: "1", expected: "3"),
    Malformed(
      file: names.0, bytes: idx([8, 14, 14], blank), reason: .wrongShape, offset: 4,
      found: "[8, 14, 14]", expected: "[any, 28, 28]"),
    Malformed(
      file: names.0, bytes: idx(type: 0x09, [2, 28, 28], blank), reason: .wrongElementType,
      offset: 2, found: "int8", expected: "uint8"),
    Malformed(
      file: names.1, bytes: idx([2, 1], [1, 2]), reason: .wrongDimensionCount, offset: 3,
      found: "2", expected: "1"),
    Malformed(
      file: names.1, bytes: idx([2], [1, 10]), reason: .labelOutOfRange, offset: 9, found: "10",
      expected: "0 … 9"),
    Malformed(
      file: names.1, bytes: idx([2], [1]), reason: .truncatedData, offset: 8, found: "1 byte",
      expected: "2 bytes of uint8 [2]"),
  ]

  @Test("malformed files", arguments: malformed)
  func rejects(_ example: Malformed) throws {
    var files = Self.wellFormed
    files[example.file] = example.bytes
    try withTemporaryFolder(files) { folder in
      let expected = DatasetError(
        example.reason, file: "\(folder)/\(example.file)", offset: example.offset,
        found: example.found, expected: example.expected)
      #expect(throws: expected) { try MNIST.load(from: folder) }
    }
  }

  @Test("a folder in a file's place is not passed over")
  func rejectsFolder() throws {
    var files = Self.wellFormed
    files[Self.names.0] = nil
    try withTemporaryFolder(files) { folder in
      let path = "\(folder)/\(Self.names.0)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      let expected = DatasetError(
        .irregularFile, file: path, found: "a folder", expected: "a regular file")
      #expect(throws: expected) { try MNIST.load(from: folder) }
    }
  }

  @Test("images and labels that differ in number")
  func rejectsMismatch() throws {
    var files = Self.wellFormed
    files[Self.names.1] = idx([3], [1, 2, 3])
    try withTemporaryFolder(files) { folder in
      let images = "\(folder)/\(Self.names.0)"
      let expected = DatasetError(
        .countMismatch, file: "\(folder)/\(Self.names.1)", offset: 4, found: "3",
        expected: "2, the number of images in \(images)")
      #expect(throws: expected) { try MNIST.load(from: folder) }
    }
  }
}
