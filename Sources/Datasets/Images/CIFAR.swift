/// The CIFAR-10 and CIFAR-100 databases, 32×32 pixels in colour (A. Krizhevsky, 2009, "Learning
/// multiple layers of features from tiny images"), in their binary form.
public struct CIFAR: Sendable {
  /// Which labels the images get.
  public enum Labels: String, Sendable, Hashable, CaseIterable {
    /// CIFAR-10: `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, 10 classes.
    case ten
    /// CIFAR-100: `train.bin` and `test.bin`, 100 classes.
    case hundred
    /// CIFAR-100's 20 superclasses.
    case twenty

    /// How many classes there are.
    public var classCount: Int {
      switch self {
      case .ten: 10
      case .hundred: 100
      case .twenty: 20
      }
    }

    /// The labels in front of each image, as (how many, the place of the one that counts).
    fileprivate var record: (labels: Int, place: Int) {
      switch self {
      case .ten: (1, 0)
      case .twenty: (2, 0)
      case .hundred: (2, 1)
      }
    }

    fileprivate var files: (training: [String], test: [String]) {
      switch self {
      case .ten: ((1...5).map { "data_batch_\($0).bin" }, ["test_batch.bin"])
      case .twenty, .hundred: (["train.bin"], ["test.bin"])
      }
    }
  }

  /// 50,000 images in the original.
  public let training: LabelledImages
  /// 10,000 images in the original.
  public let test: LabelledImages

  /// The names of CIFAR-10's classes.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Reads the binary files of a folder.
  ///
  /// - Throws: `DatasetError` when a file is missing, is no whole number of records or has a label that
  ///   names no class.
  public static func load(from directory: String, _ labels: Labels = .ten) throws(DatasetError)
    -> CIFAR
  {
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    return CIFAR(
      training: try images(labels.files.training.map { prefix + $0 }, labels),
      test: try images(labels.files.test.map { prefix + $0 }, labels))
  }

  /// Reads the images of binary files, one behind the other: records of 1 label (CIFAR-10) or 2
  /// (CIFAR-100), then 1,024 bytes each of red, green and blue.
  public static func images(
    _ paths: [String], _ labels: Labels
  ) throws(DatasetError) -> LabelledImages {
    var (pixels, classes): ([UInt8], [Int]) = ([], [])
    for path in paths {
      try append(readFile(path), name: path, labels, to: &pixels, &classes)
    }
    return LabelledImages(
      pixels: pixels, classes: classes, size: .init(channels: 3, height: 32, width: 32),
      classCount: labels.classCount)
  }

  /// Reads the bytes of one binary file; `name` stands for the file in errors.
  public static func images(
    fileBytes: [UInt8], name: String, _ labels: Labels
  ) throws(DatasetError) -> LabelledImages {
    var (pixels, classes): ([UInt8], [Int]) = ([], [])
    try append(fileBytes, name: name, labels, to: &pixels, &classes)
    return LabelledImages(
      pixels: pixels, classes: classes, size: .init(channels: 3, height: 32, width: 32),
      classCount: labels.classCount)
  }

  private static func append(
    _ bytes: [UInt8], name: String, _ labels: Labels, to pixels: inout [UInt8],
    _ classes: inout [Int]
  ) throws(DatasetError) {
    let (labelCount, place) = labels.record
    let length = labelCount + 3072
    guard bytes.count % length == 0 else {
      throw DatasetError(
        .truncatedData, file: name, offset: bytes.count / length * length,
        found: "a record of \(bytes.count % length) bytes", expected: "\(length) bytes")
    }
    pixels.reserveCapacity(pixels.count + bytes.count / length * 3072)
    for start in stride(from: 0, to: bytes.count, by: length) {
      let label = Int(bytes[start + place])
      guard label < labels.classCount else {
        throw DatasetError(
          .labelOutOfRange, file: name, offset: start + place, found: "\(label)",
          expected: "0 … \(labels.classCount - 1)")
      }
      classes.append(label)
      pixels += bytes[start + labelCount..<start + length]
    }
  }
}
