import Arrays
import Datasets
import Tensors
import Testing

/// 2×2 images whose first pixel is their place.
func numbered(_ classes: [Int], classCount: Int = 3) -> LabelledImages {
  LabelledImages(
    pixels: classes.indices.flatMap { [UInt8($0), 1, 2, 3] }, classes: classes,
    size: .init(height: 2, width: 2), classCount: classCount)
}

@Suite struct LabelledImagesTests {
  struct Split: Sendable {
    let counts: [Int]
    let fraction: Double
    let shares: [Int]
  }

  static let splits = [
    Split(counts: [10, 20, 30], fraction: 0.2, shares: [2, 4, 6]),
    // 1.5, 1.5, 1.5: of five in all, the lower classes give the two that rounding down has left.
    Split(counts: [3, 3, 3], fraction: 0.5, shares: [2, 2, 1]),
    Split(counts: [4, 1, 0], fraction: 0.5, shares: [2, 1, 0]),
    Split(counts: [5, 5, 5], fraction: 0, shares: [0, 0, 0]),
    Split(counts: [5, 5, 5], fraction: 1, shares: [5, 5, 5]),
    Split(counts: [1, 0, 0], fraction: 0.2, shares: [0, 0, 0]),
    Split(counts: [0, 0, 0], fraction: 0.2, shares: [0, 0, 0]),
  ]

  @Test("each class gives its share, and no image is lost or doubled", arguments: splits)
  func splitsExactly(_ example: Split) {
    let classes = example.counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let (training, test) = numbered(classes).split(testFraction: example.fraction, seed: 7)
    #expect((0..<3).map { label in test.classes.count { $0 == label } } == example.shares)
    #expect((places(training) + places(test)).sorted() == Array(classes.indices))
    #expect(places(training) == places(training).sorted())
    #expect(test.classes == places(test).map { classes[$0] })
  }

  @Test("the seed decides which images go")
  func splitsBySeed() {
    let images = numbered((0..<60).map { $0 % 3 })
    let first = images.split(testFraction: 0.2, seed: 1)
    #expect(first == images.split(testFraction: 0.2, seed: 1))
    #expect(first.test != images.split(testFraction: 0.2, seed: 2).test)
  }

  @Test("the digits' split is fixed for good")
  func splitsDigits() throws {
    let (training, test) = try Digits.load().split(testFraction: 0.2, seed: 1)
    #expect(training.count == 1438 && test.count == 359)
    let perClass = (0..<10).map { label in test.classes.count { $0 == label } }
    #expect(perClass == [36, 36, 35, 37, 36, 36, 36, 36, 35, 36])
    #expect(test.classes.prefix(8) == [5, 8, 9, 0, 5, 9, 8, 4])
  }

  @Test("selecting keeps the order asked for and may repeat")
  func selects() {
    let images = numbered([0, 1, 2]).selecting([2, 0, 2])
    #expect(places(images) == [2, 0, 2] && images.classes == [2, 0, 2])
    #expect(numbered([]).selecting([]).isEmpty)
  }

  @Test("images that do not fit stop with one message")
  func stops() async {
    let pixels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabelledImages(
        pixels: [1, 2, 3], classes: [0], size: .init(height: 2, width: 2), classCount: 1)
    }
    #expect(words(pixels).contains("LabelledImages: 3 pixels do not make 1 images of 1×2×2"))
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LabelledImages(pixels: [1], classes: [2], size: .init(height: 1, width: 1), classCount: 2)
    }
    #expect(words(label).contains("LabelledImages: class 2 is not one of 0 ..< 2"))
  }

  private func words(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  private func places(_ images: LabelledImages) -> [Int] {
    stride(from: 0, to: images.pixels.count, by: 4).map { Int(images.pixels[$0]) }
  }
}
