import Foundation
import Myelin

/// Loaders: what a batch costs from memory, and from a folder of pictures.
///
/// The folder is that of `Scripts/loader_peer.py`, which times PyTorch's DataLoader on it; its path
/// stands in the environment variable LOADER_PICTURES.
enum LoadingBenchmarks {
  static func run() {
    fromMemory()
    transforms()
    if let path = ProcessInfo.processInfo.environment["LOADER_PICTURES"] {
      fromFolder(path)
    } else {
      print("loading: set LOADER_PICTURES to the folder of Scripts/loader_peer.py for pictures")
    }
    if let path = ProcessInfo.processInfo.environment["LOADER_MNIST"] { leaks(path) }
  }

  private static func fromMemory() {
    let (count, side) = (20_000, 28)
    let images = LabelledImages(
      pixels: [UInt8](repeating: 7, count: count * side * side),
      classes: (0..<count).map { $0 % 10 }, size: .init(height: side, width: side), classCount: 10)
    let rows = TensorDataset(images.images, images.labels)
    report(
      "loading: 128 of 28×28 bytes, gathered",
      perBatch(
        Loader(
          gathering: images, batchSize: 128, order: .shuffled, seed: 1)))
    report(
      "loading: 128 of 28×28 floats, gathered",
      perBatch(
        Loader(
          gathering: rows, batchSize: 128, order: .shuffled, seed: 1)))
    for workers in [0, 1, 2] {
      report(
        "loading: 128 of 28×28 floats one by one, \(workers) workers",
        perBatch(
          Loader(
            rows, batchSize: 128, order: .shuffled, seed: 1, workers: workers)))
    }
    let loader = Loader(gathering: images, batchSize: 128, order: .shuffled, seed: 1)
    report(
      "loading: the order of an epoch of 20,000",
      Timing(repetitions: 1) { _ = loader.places(epoch: 0) })
  }

  /// The time of a batch, the shuffling of the epoch included.
  private static func perBatch(_ loader: Loader) -> String {
    let epoch = Timing(windows: 10, repetitions: 1) {
      let stream = loader.batches(epoch: 0)
      while let batch = try? stream.next() { _ = batch }
    }
    return "\(Int(epoch.seconds / Double(loader.batchCount) * 1e6)) µs"
  }

  /// The parts of what a picture goes through.
  private static func transforms() {
    let image = Image(
      height: 375, width: 500, channels: 3,
      pixels: (0..<375 * 500 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    var random = RandomScalars(seed: 1)
    func time(_ name: String, _ transform: some Transform<Image, Image>) {
      report(
        "loading: 375×500 \(name)",
        Timing(windows: 20, repetitions: 5) {
          _ = try? transform(image, using: &random)
        })
    }
    time("to 224×224, bilinear", Resize(height: 224, width: 224))
    time("a random part to 224×224", RandomResizedCrop(224))
    time("flipped", HorizontalFlip(1))
    time("turned", RandomRotation(30))
    time(
      "jitter of colours", ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1))
    let small = image.resized(to: PixelSize(height: 224, width: 224))
    let normalize = ToTensor(
      mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
    report(
      "loading: 224×224 as a normalized tensor",
      Timing(windows: 20, repetitions: 5) {
        _ = try? normalize(small, using: &random)
      })
  }

  /// Pictures a second, and the processors' time for each: the second does not depend on what else
  /// the machine does.
  private static func fromFolder(_ path: String) {
    guard let folder = try? ImageFolder(path, decoding: .init(channels: .rgb)) else {
      return print("loading: there are no pictures in \(path)")
    }
    let transform = RandomResizedCrop(224).then(HorizontalFlip()).then(
      ToTensor(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225]))
    for workers in [0, 1, 2] {
      let loader = Loader(
        folder, batchSize: 64, order: .shuffled, seed: 1, workers: workers, transform: transform)
      var (wall, processor) = (Double.infinity, Double.infinity)
      for epoch in 0..<3 {
        let (start, used) = (ContinuousClock.now, clock())
        let stream = loader.batches(epoch: epoch)
        while let batch = try? stream.next() { _ = batch }
        wall = min(wall, (ContinuousClock.now - start) / .seconds(1))
        processor = min(processor, Double(clock() - used) / Double(CLOCKS_PER_SEC))
      }
      let count = Double(loader.exampleCount)
      report(
        "loading: pictures, \(workers) workers",
        "\(Int(count / wall)) a second, \(Int(processor / count * 1e6)) µs of processor each")
    }
  }

  private static func leaks(_ path: String) {
    guard let mnist = try? MNIST.load(from: path) else {
      return print("there is no MNIST in \(path)")
    }
    let start = ContinuousClock.now
    guard let report = try? LeakReport(["training": mnist.training, "test": mnist.test]) else {
      return
    }
    print("loading: leaks in \(ContinuousClock.now - start)\n\(report)")
  }
}
