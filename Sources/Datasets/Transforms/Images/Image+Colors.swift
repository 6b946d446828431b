import Arrays

extension Image {
  /// All bytes times a factor, at most 255.
  public func brightened(by factor: Double) -> Image {
    // A byte has 256 values.
    mapped((0..<256).map { blend(0, UInt8($0), factor) })
  }

  /// The distances from the mean brightness of the picture times a factor.
  public func contrasted(by factor: Double) -> Image {
    let values = grey.pixels
    if values.isEmpty { return self }
    let mean = values.reduce(0) { $0 + Int($1) }
    let middle = UInt8(Double(mean) / Double(values.count) + 0.5)
    return mapped((0..<256).map { blend(middle, UInt8($0), factor) })
  }

  /// Each byte as a table of 256 has it.
  private func mapped(_ table: [UInt8]) -> Image {
    Image(size: size, channels: channels) { output in
      pixels.withUnsafeBufferPointer { input in
        table.withUnsafeBufferPointer { table in
          for index in 0..<input.count { output[index] = table[Int(input[index])] }
        }
      }
    }
  }

  /// The distances of each pixel's channels from its brightness times a factor; 0 makes it grey.
  public func saturated(by factor: Double) -> Image {
    if channels != 3 { return self }
    return Image(size: size, channels: 3) { output in
      grey.pixels.withUnsafeBufferPointer { values in
        pixels.withUnsafeBufferPointer { input in
          for pixel in 0..<values.count {
            for index in 3 * pixel..<3 * pixel + 3 {
              output[index] = blend(values[pixel], input[index], factor)
            }
          }
        }
      }
    }
  }

  /// Colours moved along the circle of hues by a share of it, −½ … ½, in steps of 1/255.
  public func withHue(movedBy share: Double) -> Image {
    if channels != 3 { return self }
    let step = UInt8(truncatingIfNeeded: Int(share * 255))
    let circle = HueCircle.shared
    return Image(size: size, channels: 3) { output in
      pixels.withUnsafeBufferPointer { input in
        for first in stride(from: 0, to: input.count, by: 3) {
          var color = HSV(red: input[first], green: input[first + 1], blue: input[first + 2])
          color.hue &+= step
          (output[first], output[first + 1], output[first + 2]) = circle.colors(of: color)
        }
      }
    }
  }
}

/// from + factor · (to − from), cut to a byte; as Pillow, in single precision.
private func blend(_ from: UInt8, _ to: UInt8, _ factor: Double) -> UInt8 {
  let value = Float(from) + Float(factor) * (Float(to) - Float(from))
  return UInt8(max(0, min(255, value)))
}
