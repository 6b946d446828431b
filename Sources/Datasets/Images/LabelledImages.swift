import Arrays
import Tensors

/// Images of one size, each with its class: a value that can be split, reordered and batched.
///
/// Pixels are kept as bytes, a quarter of what they take as tensors; `images` and the batches of
/// `DataLoader` scale them to 0 … 1.
///
/// ```swift
/// let (training, test) = try Digits.load().split(testFraction: 0.2, seed: 1)
/// ```
public struct LabelledImages: Sendable, Hashable {
  /// The size of every image.
  public struct ImageSize: Sendable, Hashable {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(channels: Int = 1, height: Int, width: Int) {
      self.channels = channels
      self.height = height
      self.width = width
    }

    /// How many numbers an image has.
    public var pixelCount: Int { channels * height * width }
  }

  /// All pixels, [N, C, H, W] in row-major order.
  public let pixels: [UInt8]
  /// The class of each image, 0 ..< classCount.
  public let classes: [Int]
  /// The size of every image.
  public let size: ImageSize
  /// How many classes there are, of which some may have no image here.
  public let classCount: Int
  /// The byte that becomes 1.
  public let brightest: UInt8

  /// Creates a data set; stops when the arrays' sizes or the classes do not fit.
  ///
  /// - Parameters:
  ///   - pixels: [N, C, H, W] in row-major order.
  ///   - classes: the class of each of the N images, 0 ..< classCount.
  ///   - size: the size of every image.
  ///   - classCount: how many classes there are.
  ///   - brightest: the byte that becomes 1.
  public init(
    pixels: [UInt8], classes: [Int], size: ImageSize, classCount: Int, brightest: UInt8 = 255
  ) {
    guard pixels.count == classes.count * size.pixelCount else {
      stop(
        """
        LabelledImages: \(pixels.count) pixels do not make \(classes.count) images of \
        \(size.channels)×\(size.height)×\(size.width)
        """)
    }
    if let wrong = classes.first(where: { !(0..<classCount).contains($0) }) {
      stop("LabelledImages: class \(wrong) is not one of 0 ..< \(classCount)")
    }
    guard brightest > 0 else { stop("LabelledImages: brightest must be positive") }
    self.pixels = pixels
    self.classes = classes
    self.size = size
    self.classCount = classCount
    self.brightest = brightest
  }

  /// The number of images.
  public var count: Int { classes.count }
  /// Whether there is none.
  public var isEmpty: Bool { classes.isEmpty }

  /// All images, [N, C, H, W], float32 from 0 to 1.
  public var images: Tensor { batch(Array(0..<count)).images }

  /// All classes, [N], int64.
  public var labels: Tensor { Tensor(classes, shape: [count]) }

  /// The images of these places, in this order; a place may occur more than once.
  public func selecting(_ places: [Int]) -> LabelledImages {
    var selected: [UInt8] = []
    selected.reserveCapacity(places.count * size.pixelCount)
    for place in places { selected += pixels[pixelRange(place)] }
    return LabelledImages(
      pixels: selected, classes: places.map { classes[$0] }, size: size, classCount: classCount,
      brightest: brightest)
  }

  /// The places in `pixels` of one image.
  package func pixelRange(_ place: Int) -> Range<Int> {
    (place * size.pixelCount)..<((place + 1) * size.pixelCount)
  }
}
