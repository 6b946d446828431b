/// 1,797 handwritten digits of 8×8 pixels, which the package carries.
///
/// The test part of *Optical Recognition of Handwritten Digits* (E. Alpaydin and C. Kaynak, UCI
/// Machine Learning Repository, 1998), licensed CC BY 4.0. Small enough to train on within
/// seconds.
public enum Digits {
  /// All images, 1×8×8, with their classes 0 … 9.
  ///
  /// - Throws: `DatasetError` when the embedded data is damaged.
  public static func load() throws(DatasetError) -> LabelledImages {
    let name = "digits.idx.gz"
    let rows = try IDXArray(fileBytes: PackageResources.digits_idx_gz, name: name)
    try rows.require(.uint8, shape: [1797, pixelCount + 1], file: name)

    let starts = stride(from: 0, to: rows.bytes.count, by: pixelCount + 1)
    let labels = starts.map { rows.bytes[$0 + pixelCount] }
    return LabelledImages(
      pixels: starts.flatMap { rows.bytes[$0..<($0 + pixelCount)] },
      classes: try digitClasses(
        labels, file: name, offset: rows.headerByteCount + pixelCount, stride: pixelCount + 1),
      size: .init(height: 8, width: 8), classCount: 10, brightest: 16)
  }

  private static let pixelCount = 64
}
