import Arrays

/// A picture of bytes, row by row, the channels of a pixel side by side.
public struct Image: Sendable, Hashable {
  /// Pixels from top to bottom.
  public let height: Int
  /// Pixels from left to right.
  public let width: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// [height, width, channels] in row-major order, 0 … 255.
  public let pixels: [UInt8]

  /// An image; stops when `pixels` has not height · width · channels bytes.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    guard pixels.count == height * width * channels else {
      stop("Image: \(pixels.count) bytes are no image of \(height)×\(width)×\(channels)")
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }
}
