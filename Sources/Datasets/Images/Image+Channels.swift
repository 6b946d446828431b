extension Image {
  /// The luminance, one channel: (19595 R + 38470 G + 7471 B + 32768) / 65536, rounded down, which is
  /// 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601, as Pillow rounds it. A grey image is itself.
  public var grey: Image {
    if channels == 1 { return self }
    let pixels = [UInt8](unsafeUninitializedCapacity: height * width) { output, count in
      self.pixels.withUnsafeBufferPointer { input in
        for place in 0..<height * width {
          let (red, green, blue) = (input[3 * place], input[3 * place + 1], input[3 * place + 2])
          let sum = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
          output[place] = UInt8((sum + 32768) >> 16)
        }
      }
      count = height * width
    }
    return Image(height: height, width: width, channels: 1, pixels: pixels)
  }

  /// Red, green and blue; those of a grey image are equal.
  public var rgb: Image {
    if channels == 3 { return self }
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * height * width) { output, count in
      for place in 0..<height * width {
        for channel in 0..<3 { output[3 * place + channel] = self.pixels[place] }
      }
      count = 3 * height * width
    }
    return Image(height: height, width: width, channels: 3, pixels: pixels)
  }
}
