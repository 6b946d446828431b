import Foundation
import Myelin
import Testing

@Suite struct TensorBoardTests {
  private static let time = 1_700_000_000.25

  /// The events of Scripts/make_tensorboard_golden.py.
  private func write(_ folder: String) throws -> String {
    let time = TensorBoardTests.time
    let writer = try TensorBoardWriter(folder: folder, resumedAt: 300, time: time)
    try writer.add(
      ["loss/training": .scalar(0.3125), "accuracy/validation": .scalar(0)], step: 301,
      time: time + 1)
    try writer.add(.scalar(.infinity), tag: "loss/training", step: 302, time: time + 2)
    let histogram = TensorBoardHistogram(
      minimum: -1.5, maximum: 2.5, count: 7, sum: 3.25, sumOfSquares: 9.5,
      limits: [-0.5, 0.5, 2.5], counts: [1, 4, 2])
    try writer.add(
      .histogram(histogram), tag: "weights/hidden.weight", step: 1_000_000, time: time + 3)
    try writer.add(.text("**größer** als 0"), tag: "notes", step: 2, time: time + 4)
    try writer.add(
      .image(encoded: Array(0..<200), height: 28, width: 29, channels: 3), tag: "worst", step: 3,
      time: time + 5)
    try writer.flush()
    return writer.path
  }

  @Test func writesTheBytesOfTheirOwnWriter() throws {
    try withTemporaryFolder { folder in
      let written = try Data(contentsOf: URL(fileURLWithPath: write(folder)))
      let golden = try Data(
        contentsOf: Bundle.module.bundleURL.appendingPathComponent("Golden/events.tfevents"))
      #expect(written == golden)
    }
  }

  @Test func givesEveryWriterAFile() throws {
    try withTemporaryFolder { folder in
      let writers = try (0..<3).map { _ in
        try TensorBoardWriter(folder: folder, time: TensorBoardTests.time)
      }
      let files = try names(in: folder)
      #expect(files.count == 3)
      #expect(files.allSatisfy { $0.hasPrefix("events.out.tfevents.1700000000.") })
      #expect(Set(writers.map(\.path)).count == 3)
    }
  }

  @Test func keepsSumsOfIntervals() {
    let histogram = TensorBoardHistogram(edges: [0, 1, 3], counts: [2, 3])
    #expect(histogram.count == 5)
    #expect(histogram.sum == 2 * 0.5 + 3 * 2)
    #expect(histogram.sumOfSquares == 2 * 0.25 + 3 * 4)
    #expect(histogram.limits == [1, 3])
  }

  @Test func saysWhichFolderTakesNoFile() throws {
    try withTemporaryFolder { folder in
      let missing = folder + "/none"
      #expect {
        _ = try TensorBoardWriter(folder: missing)
      } throws: { error in
        let error = error as? InterchangeError
        return error?.reason == .unwritableFile && error?.file.hasPrefix(missing) == true
      }
    }
  }

  @Test func followsNoLink() throws {
    try withTemporaryFolder { folder in
      let first = try TensorBoardWriter(folder: folder, time: TensorBoardTests.time)
      try FileManager.default.createSymbolicLink(
        atPath: first.path.dropLast() + "1", withDestinationPath: "/dev/full")
      let second = try TensorBoardWriter(folder: folder, time: TensorBoardTests.time)
      #expect(second.path.hasSuffix(".2"))
    }
  }
}
