import Arrays
import CImages

extension Image {
  /// The bytes of a PNG file of this image, 8 bits a channel, without loss; stops when the image has
  /// no pixel, or other than 1 or 3 channels.
  public var png: [UInt8] {
    guard channels == 1 || channels == 3, height > 0, width > 0 else {
      stop(
        "Image.png: \(height)×\(width) pixels of \(channels) channels; PNG has 1 or 3, and a pixel")
    }
    var failure = images_failure()
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let isEncoded = images_png_encode(
      pixels, UInt32(width), UInt32(height), Int32(channels), &bytes, &count, &failure)
    guard isEncoded, let bytes else {
      stop("Image.png: out of memory for \(height)×\(width) pixels")
    }
    defer { images_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
