/// A picture and its class.
public struct LabelledImage: Sendable, Hashable {
  public var image: Image
  /// The class, 0 ..< classCount.
  public var label: Int

  public init(image: Image, label: Int) {
    self.image = image
    self.label = label
  }
}

extension LabelledImages: Dataset {
  /// The image of a place, its channels side by side in each pixel, and its class.
  public func example(at place: Int) -> LabelledImage {
    let start = place * size.pixelCount
    let area = size.height * size.width
    let interleaved = [UInt8](unsafeUninitializedCapacity: size.pixelCount) { output, count in
      pixels.withUnsafeBufferPointer { input in
        for channel in 0..<size.channels {
          for pixel in 0..<area {
            output[pixel * size.channels + channel] = input[start + channel * area + pixel]
          }
        }
      }
      count = size.pixelCount
    }
    return LabelledImage(
      image: Image(
        height: size.height, width: size.width, channels: size.channels, pixels: interleaved),
      label: classes[place])
  }
}
