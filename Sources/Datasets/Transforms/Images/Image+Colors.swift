import Arrays
import Glibc

extension Image {
  /// All bytes times a factor, at most 255.
  public func brightened(by factor: Double) -> Image {
    // A byte has 256 values.
    let table = (0..<256).map { blend(0, UInt8($0), factor) }
    var image = self
    for index in image.pixels.indices { image.pixels[index] = table[Int(image.pixels[index])] }
    return image
  }

  /// The distances from the mean brightness of the picture times a factor.
  public func contrasted(by factor: Double) -> Image {
    let values = grey.pixels
    if values.isEmpty { return self }
    let mean = values.reduce(0) { $0 + Int($1) }
    let middle = UInt8(Double(mean) / Double(values.count) + 0.5)
    let table = (0..<256).map { blend(middle, UInt8($0), factor) }
    var image = self
    for index in image.pixels.indices { image.pixels[index] = table[Int(image.pixels[index])] }
    return image
  }

  /// The distances of each pixel's channels from its brightness times a factor; 0 makes it grey.
  public func saturated(by factor: Double) -> Image {
    if channels != 3 { return self }
    let values = grey.pixels
    return Image(size: size, channels: 3) { output in
      for (pixel, value) in values.enumerated() {
        for index in 3 * pixel..<3 * pixel + 3 {
          output[index] = blend(value, pixels[index], factor)
        }
      }
    }
  }

  /// Colours moved along the circle of hues by a share of it, −½ … ½, in steps of 1/255.
  public func withHue(movedBy share: Double) -> Image {
    if channels != 3 { return self }
    let step = UInt8(truncatingIfNeeded: Int(share * 255))
    return Image(size: size, channels: 3) { output in
      for first in stride(from: 0, to: pixels.count, by: 3) {
        var color = HSV(red: pixels[first], green: pixels[first + 1], blue: pixels[first + 2])
        color.hue &+= step
        (output[first], output[first + 1], output[first + 2]) = color.colors
      }
    }
  }
}

/// from + factor · (to − from), cut to a byte; as Pillow, in single precision.
private func blend(_ from: UInt8, _ to: UInt8, _ factor: Double) -> UInt8 {
  let value = Float(from) + Float(factor) * (Float(to) - Float(from))
  return UInt8(max(0, min(255, value)))
}

/// A colour by hue, saturation and value, each a byte (A. R. Smith, "Color gamut transform pairs",
/// 1978).
struct HSV {
  var hue: UInt8 = 0
  var saturation: UInt8 = 0
  var value: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    value = max(red, green, blue)
    let range = Float(value) - Float(min(red, green, blue))
    guard range > 0 else { return }
    let most = Float(value)
    let (r, g, b) = (
      (most - Float(red)) / range, (most - Float(green)) / range, (most - Float(blue)) / range
    )
    let sixth: Float = red == value ? b - g : green == value ? 2 + r - b : 4 + g - r
    let turn = fmod(Double(sixth) / 6 + 1, 1)
    hue = UInt8(max(0, min(255, Double(Float(turn)) * 255)))
    saturation = UInt8(Double(range / most) * 255)
  }

  /// Red, green and blue.
  var colors: (UInt8, UInt8, UInt8) {
    if saturation == 0 { return (value, value, value) }
    let turn = Double(hue) * 6 / 255
    let sector = Int(turn)
    let rest = Double(Float(turn - Double(sector)))
    let share = Double(Float(Double(saturation) / 255))
    func scaled(_ factor: Double) -> UInt8 {
      UInt8(max(0, min(255, (Double(value) * factor).rounded())))
    }
    let (low, falling, rising) = (
      scaled(1 - share), scaled(1 - share * rest), scaled(1 - share * (1 - rest))
    )
    switch sector % 6 {
    case 0: return (value, rising, low)
    case 1: return (falling, value, low)
    case 2: return (low, value, rising)
    case 3: return (low, falling, value)
    case 4: return (rising, low, value)
    default: return (value, low, falling)
    }
  }
}
