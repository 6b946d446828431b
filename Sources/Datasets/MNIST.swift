/// The MNIST database of handwritten digits, 28×28 pixels (Y. LeCun, C. Cortes and C. Burges,
/// <http://yann.lecun.com/exdb/mnist/>), or any other in its four files, as Fashion-MNIST.
public struct MNIST: Sendable {
  /// 60,000 images in the original.
  public let training: LabelledImages
  /// 10,000 images in the original.
  public let test: LabelledImages

  /// Reads the four IDX files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` of a folder, each with or without `.gz`
  /// at the end of its name, compressed or not.
  ///
  /// - Throws: `DatasetError` when a file is missing or malformed, when images are not 28×28 bytes,
  ///   when images and labels differ in number, or when a label is not 0 … 9.
  public static func load(from directory: String) throws(DatasetError) -> MNIST {
    MNIST(
      training: try part("train", of: directory), test: try part("t10k", of: directory))
  }

  private static func part(
    _ name: String, of directory: String
  ) throws(DatasetError) -> LabelledImages {
    let (imagesPath, imagesBytes) = try file("\(name)-images-idx3-ubyte", in: directory)
    let images = try IDXArray(fileBytes: imagesBytes, name: imagesPath)
    try images.require(.uint8, shape: [nil, 28, 28], file: imagesPath)

    let (labelsPath, labelsBytes) = try file("\(name)-labels-idx1-ubyte", in: directory)
    let labels = try IDXArray(fileBytes: labelsBytes, name: labelsPath)
    try labels.require(.uint8, rank: 1, file: labelsPath)
    guard labels.shape[0] == images.shape[0] else {
      throw DatasetError(
        .countMismatch, file: labelsPath, offset: 4, found: "\(labels.shape[0])",
        expected: "\(images.shape[0]), the number of images in \(imagesPath)")
    }
    return LabelledImages(
      pixels: images.bytes,
      classes: try digitClasses(labels.bytes, file: labelsPath, offset: labels.headerByteCount),
      size: .init(height: 28, width: 28), classCount: 10)
  }

  /// The file of this name or, where there is none, of this name and `.gz`.
  private static func file(
    _ name: String, in directory: String
  ) throws(DatasetError) -> (path: String, bytes: [UInt8]) {
    let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    for candidate in [path, path + ".gz"] {
      do {
        return (candidate, try readFile(candidate))
      } catch  where error.reason == .missingFile {
        continue
      }
    }
    throw DatasetError(
      .missingFile, file: path, found: "nothing", expected: "the file \(name) or \(name).gz")
  }
}

/// Classes 0 … 9 from bytes that start at `offset` of a file.
func digitClasses(
  _ labels: [UInt8], file: String, offset: Int, stride: Int = 1
) throws(DatasetError) -> [Int] {
  if let place = labels.firstIndex(where: { $0 > 9 }) {
    throw DatasetError(
      .labelOutOfRange, file: file, offset: offset + place * stride, found: "\(labels[place])",
      expected: "0 … 9")
  }
  return labels.map(Int.init)
}
