import Datasets
import Testing

@Suite struct CIFARTests {
  /// A record whose pixels count up, behind these labels.
  static func record(_ labels: [UInt8]) -> [UInt8] {
    labels + (0..<3072).map { UInt8(truncatingIfNeeded: $0) }
  }

  @Test("records of one label and of two", arguments: CIFAR.Labels.allCases)
  func reads(_ labels: CIFAR.Labels) throws {
    let bytes =
      labels == .ten
      ? Self.record([7]) + Self.record([0]) : Self.record([7, 91]) + Self.record([0, 3])
    let images = try CIFAR.images(fileBytes: bytes, name: "x", labels)
    #expect(images.classes == (labels == .hundred ? [91, 3] : [7, 0]))
    #expect(images.classCount == labels.classCount)
    let example = try images.example(at: 1)
    #expect(
      example.image.height == 32 && example.image.channels == 3
        && example.label == images.classes[1])
    // Red, green and blue of a pixel stand 1,024 bytes apart in the file.
    #expect(example.image.pixels[3 * 5..<3 * 6] == [5, 5, 5])
    #expect(images.batch([0]).images.shape == [1, 3, 32, 32])
  }

  @Test("a folder of the original's files")
  func loads() throws {
    var files = ["test_batch.bin": Self.record([9])]
    for number in 1...5 { files["data_batch_\(number).bin"] = Self.record([UInt8(number)]) }
    try withTemporaryFolder(files) { folder in
      let cifar = try CIFAR.load(from: folder)
      #expect(cifar.training.classes == [1, 2, 3, 4, 5] && cifar.test.classes == [9])
      let error = #expect(throws: DatasetError.self) { try CIFAR.load(from: folder, .hundred) }
      #expect(error?.reason == .missingFile)
    }
  }

  @Test(
    "malformed files",
    arguments: [
      ([UInt8](repeating: 0, count: 3072), DatasetError.Reason.truncatedData, 0),
      (record([0]) + [1], .truncatedData, 3073),
      (record([0]) + record([10]), .labelOutOfRange, 3073),
    ])
  func rejects(_ bytes: [UInt8], _ reason: DatasetError.Reason, _ offset: Int) {
    let error = #expect(throws: DatasetError.self) {
      try CIFAR.images(fileBytes: bytes, name: "x", .ten)
    }
    #expect(error?.reason == reason && error?.offset == offset)
  }
}
