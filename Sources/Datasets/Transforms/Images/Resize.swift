import Arrays

/// Gives pictures another size.
public struct Resize: Transform {
  /// Both sides, or nil where the shorter side is to become `shorterSide`.
  public let size: PixelSize?
  /// The shorter side, the other one in proportion (rounded down).
  public let shorterSide: Int?
  /// How pixels follow from pixels.
  public let interpolation: Interpolation

  /// Both sides are given; stops when one is not positive.
  public init(height: Int, width: Int, interpolation: Interpolation = .bilinear) {
    guard height > 0, width > 0 else { stop("Resize: \(height)×\(width) has no pixels") }
    size = PixelSize(height: height, width: width)
    shorterSide = nil
    self.interpolation = interpolation
  }

  /// The shorter side is given, and pictures keep their proportions; stops when it is not positive.
  public init(_ shorterSide: Int, interpolation: Interpolation = .bilinear) {
    guard shorterSide > 0 else { stop("Resize: \(shorterSide) is no side; it must be positive") }
    size = nil
    self.shorterSide = shorterSide
    self.interpolation = interpolation
  }

  /// - Throws: `DatasetError` when the picture has no pixels, or would get more than 2²⁷.
  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    guard image.height > 0, image.width > 0 else {
      throw .unsuited("Resize", found: "a picture of \(image.size)", expected: "pixels")
    }
    let target = target(of: image.size)
    // A picture of a few long rows would become as much longer as its rows are few.
    let (count, overflows) = target.height.multipliedReportingOverflow(by: target.width)
    guard !overflows, count <= Image.mostPixels else {
      throw DatasetError(
        .tooManyPixels, file: "Resize", found: "\(target) of a picture of \(image.size)",
        expected: "at most \(Image.mostPixels)")
    }
    return image.resized(to: target, interpolation: interpolation)
  }

  private func target(of original: PixelSize) -> PixelSize {
    if let size { return size }
    let side = shorterSide ?? 1
    let (short, long) = (
      min(original.height, original.width), max(original.height, original.width)
    )
    let other = Int(min(Double(side) * Double(long) / Double(short), 0x1p53))
    return original.height <= original.width
      ? PixelSize(height: side, width: other) : PixelSize(height: other, width: side)
  }
}
