import Arrays
import Glibc

/// The middle of pictures; those that are smaller get black around them.
public struct CenterCrop: Transform {
  /// What remains.
  public let size: PixelSize

  /// A square of this side, or `width` columns of it.
  public init(_ height: Int, _ width: Int? = nil) {
    size = cropSize("CenterCrop", height, width)
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    let (rows, columns) = (
      max(0, size.height - image.height), max(0, size.width - image.width)
    )
    let padded =
      rows == 0 && columns == 0
      ? image
      : image.padded(
        top: rows / 2, left: columns / 2, bottom: (rows + 1) / 2, right: (columns + 1) / 2)
    func start(_ whole: Int, _ part: Int) -> Int {
      Int((Double(whole - part) / 2).rounded(.toNearestOrEven))
    }
    return padded.cropped(
      to: PixelBox(
        top: start(padded.height, size.height), left: start(padded.width, size.width),
        height: size.height, width: size.width))
  }
}

/// A part of pictures, each position equally likely; first, they may be made larger on all sides.
public struct RandomCrop: Transform {
  /// What remains.
  public let size: PixelSize
  /// Pixels that are added on each of the four sides.
  public let padding: Int
  /// What is added.
  public let border: Border

  /// A square of this side, or `width` columns of it.
  public init(
    _ height: Int, _ width: Int? = nil, padding: Int = 0, border: Border = .constant(0)
  ) {
    guard padding >= 0 else { stop("RandomCrop: padding is \(padding); it must not be negative") }
    size = cropSize("RandomCrop", height, width)
    self.padding = padding
    self.border = border
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    let (rows, columns) = (
      image.height + 2 * padding - size.height, image.width + 2 * padding - size.width
    )
    guard rows >= 0, columns >= 0, image.height > 0, image.width > 0 else {
      throw .unsuited(
        "RandomCrop", found: "a picture of \(image.size) with \(padding) pixels around it",
        expected: "at least \(size)")
    }
    let padded =
      padding == 0
      ? image
      : image.padded(top: padding, left: padding, bottom: padding, right: padding, with: border)
    return padded.cropped(
      to: PixelBox(
        top: random.integer(below: rows + 1), left: random.integer(below: columns + 1),
        height: size.height, width: size.width))
  }
}

/// A part of pictures of random area and proportions, resized to one size (C. Szegedy et al.,
/// "Going deeper with convolutions", 2015).
///
/// Up to ten times a share of the area is drawn uniformly, and a proportion (width over height) so
/// that its logarithm is uniform; the first part that fits inside the picture is taken, each
/// position equally likely. If none does, it is the middle, as large as the proportions allow.
public struct RandomResizedCrop: Transform {
  /// What pictures become.
  public let size: PixelSize
  /// The least and the largest share of the area.
  public let scale: ClosedRange<Double>
  /// The least and the largest width over height.
  public let ratio: ClosedRange<Double>
  /// How pixels follow from pixels.
  public let interpolation: Interpolation

  /// A square of this side, or `width` columns of it; stops when a bound of `scale` or `ratio` is
  /// not positive.
  public init(
    _ height: Int, _ width: Int? = nil, scale: ClosedRange<Double> = 0.08...1,
    ratio: ClosedRange<Double> = 0.75...(4.0 / 3), interpolation: Interpolation = .bilinear
  ) {
    guard scale.lowerBound > 0, ratio.lowerBound > 0 else {
      stop("RandomResizedCrop: scale \(scale) and ratio \(ratio) must be positive")
    }
    size = cropSize("RandomResizedCrop", height, width)
    self.scale = scale
    self.ratio = ratio
    self.interpolation = interpolation
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    guard image.height > 0, image.width > 0 else {
      throw .unsuited("RandomResizedCrop", found: "a picture of \(image.size)", expected: "pixels")
    }
    let box = box(in: image.size, using: &random)
    return image.resized(to: size, from: box, interpolation: interpolation)
  }

  /// The part that is taken of a picture.
  public func box(in original: PixelSize, using random: inout RandomScalars) -> PixelBox {
    let area = Double(original.height * original.width)
    for _ in 0..<10 {
      let target = area * random.uniform(scale.lowerBound, scale.upperBound)
      let proportion = exp(random.uniform(log(ratio.lowerBound), log(ratio.upperBound)))
      let width = Int((target * proportion).squareRoot().rounded(.toNearestOrEven))
      let height = Int((target / proportion).squareRoot().rounded(.toNearestOrEven))
      guard (1...original.width).contains(width), (1...original.height).contains(height) else {
        continue
      }
      return PixelBox(
        top: random.integer(below: original.height - height + 1),
        left: random.integer(below: original.width - width + 1), height: height, width: width)
    }
    return middle(of: original)
  }

  private func middle(of original: PixelSize) -> PixelBox {
    let proportion = Double(original.width) / Double(original.height)
    var (height, width) = (original.height, original.width)
    if proportion < ratio.lowerBound {
      height = Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven))
    } else if proportion > ratio.upperBound {
      width = Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven))
    }
    (height, width) = (max(1, min(height, original.height)), max(1, min(width, original.width)))
    return PixelBox(
      top: (original.height - height) / 2, left: (original.width - width) / 2, height: height,
      width: width)
  }
}

private func cropSize(_ name: String, _ height: Int, _ width: Int?) -> PixelSize {
  let width = width ?? height
  guard height > 0, width > 0 else { stop("\(name): \(height)×\(width) has no pixels") }
  return PixelSize(height: height, width: width)
}
