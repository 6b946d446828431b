import Arrays
import Datasets
import Tensors
import Testing

@Suite struct DataLoaderTests {
  struct Dealing: Sendable {
    let count: Int
    let batchSize: Int
    let dropsLast: Bool
    let sizes: [Int]
  }

  static let dealings = [
    Dealing(count: 7, batchSize: 3, dropsLast: false, sizes: [3, 3, 1]),
    Dealing(count: 7, batchSize: 3, dropsLast: true, sizes: [3, 3]),
    Dealing(count: 6, batchSize: 3, dropsLast: false, sizes: [3, 3]),
    Dealing(count: 1, batchSize: 1, dropsLast: false, sizes: [1]),
    Dealing(count: 1, batchSize: 8, dropsLast: false, sizes: [1]),
    Dealing(count: 2, batchSize: 8, dropsLast: true, sizes: []),
    Dealing(count: 0, batchSize: 8, dropsLast: false, sizes: []),
  ]

  @Test("the batches' sizes", arguments: dealings)
  func deals(_ example: Dealing) {
    let loader = DataLoader(
      numbered([Int](repeating: 1, count: example.count)), batchSize: example.batchSize, seed: 1,
      dropsLast: example.dropsLast)
    let batches = Array(loader.epoch(0))
    #expect(batches.map(\.count) == example.sizes)
    #expect(batches.map(\.images.shape) == example.sizes.map { [$0, 1, 2, 2] })
    #expect(batches.map(\.labels.shape) == example.sizes.map { [$0] })
    #expect(loader.batchCount == example.sizes.count)
    #expect(loader.exampleCount == example.sizes.reduce(0, +))
  }

  @Test("without a seed the order is the data set's own")
  func keepsOrder() {
    let loader = DataLoader(numbered([2, 0, 1, 1, 0]), batchSize: 2)
    let labels = loader.epoch(0).flatMap { $0.labels.scalars(as: Int.self) }
    #expect(labels == [2, 0, 1, 1, 0])
    #expect(loader.order(epoch: 3) == [0, 1, 2, 3, 4])
  }

  @Test("seed and epoch alone decide the order")
  func shuffles() {
    let images = numbered([Int](repeating: 0, count: 100))
    let loader = DataLoader(images, batchSize: 7, seed: 1)
    #expect(loader.order(epoch: 0) == DataLoader(images, batchSize: 9, seed: 1).order(epoch: 0))
    #expect(loader.order(epoch: 0) != loader.order(epoch: 1))
    #expect(loader.order(epoch: 0) != DataLoader(images, batchSize: 7, seed: 2).order(epoch: 0))
    #expect(loader.order(epoch: 0).sorted() == Array(0..<100))
    #expect(
      DataLoader(numbered([0, 0, 0, 0, 0, 0]), batchSize: 1, seed: 1).order(epoch: 0)
        == [3, 5, 2, 0, 4, 1])
  }

  struct Move: Sendable {
    let shift: Shift
    let pixels: [Float]
  }

  /// Of the image 1 2 3 / 4 5 6.
  static let moves = [
    Move(shift: Shift(down: 0, right: 0), pixels: [1, 2, 3, 4, 5, 6]),
    Move(shift: Shift(down: 1, right: 0), pixels: [0, 0, 0, 1, 2, 3]),
    Move(shift: Shift(down: 0, right: 1), pixels: [0, 1, 2, 0, 4, 5]),
    Move(shift: Shift(down: -1, right: -2), pixels: [6, 0, 0, 0, 0, 0]),
    Move(shift: Shift(down: 2, right: 0), pixels: [0, 0, 0, 0, 0, 0]),
    Move(shift: Shift(down: 0, right: -9), pixels: [0, 0, 0, 0, 0, 0]),
  ]

  @Test("a shifted image is filled with zeros", arguments: moves)
  func movesImage(_ example: Move) {
    let image = LabelledImages(
      pixels: [1, 2, 3, 4, 5, 6], classes: [0], size: .init(height: 2, width: 3), classCount: 1,
      brightest: 1)
    #expect(pixels(image, example.shift) == example.pixels)
  }

  private func pixels(_ image: LabelledImages, _ shift: Shift) -> [Float] {
    image.batch([0], shifts: [shift]).images.scalars(as: Float.self)
  }

  @Test("channels do not run into each other")
  func movesChannels() {
    let image = LabelledImages(
      pixels: [1, 2, 3, 4], classes: [0], size: .init(channels: 2, height: 2, width: 1),
      classCount: 1, brightest: 1)
    #expect(pixels(image, Shift(down: 1, right: 0)) == [0, 1, 0, 3])
  }

  @Test("shifts depend on seed, epoch and image, not on the batch size")
  func shiftsBySeed() throws {
    let digits = try Digits.load().selecting(Array(0..<50))
    func pixels(_ size: Int, seed: UInt64, epoch: Int) -> [Float] {
      DataLoader(digits, batchSize: size, seed: seed, largestShift: 1).epoch(epoch)
        .flatMap { $0.images.scalars(as: Float.self) }
    }
    let first = pixels(8, seed: 1, epoch: 0)
    #expect(first == pixels(50, seed: 1, epoch: 0))
    #expect(first != pixels(8, seed: 1, epoch: 1) && first != pixels(8, seed: 2, epoch: 0))
    let still = DataLoader(digits, batchSize: 8, seed: 1).epoch(0)
      .flatMap { $0.images.scalars(as: Float.self) }
    #expect(first != still)
  }
}
