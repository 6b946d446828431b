import Arrays

/// Changes brightness, contrast, saturation and hue at random, in random order. Grey pictures have
/// neither saturation nor hue.
public struct ColorJitter: Transform {
  /// Factors, each equally likely; nil changes nothing.
  public let brightness: ClosedRange<Double>?
  public let contrast: ClosedRange<Double>?
  public let saturation: ClosedRange<Double>?
  /// Shares of the circle of hues, inside −½ … ½.
  public let hue: ClosedRange<Double>?

  /// Factors between max(0, 1 − x) and 1 + x, and hues moved by −x … x; 0 changes nothing. Stops
  /// when an argument is negative, or `hue` more than ½.
  public init(
    brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0
  ) {
    guard min(brightness, contrast, saturation, hue) >= 0, hue <= 0.5 else {
      stop(
        "ColorJitter: \(brightness), \(contrast), \(saturation), \(hue): a negative or large one")
    }
    func around(_ x: Double) -> ClosedRange<Double>? {
      x == 0 ? nil : max(0, 1 - x)...1 + x
    }
    self.brightness = around(brightness)
    self.contrast = around(contrast)
    self.saturation = around(saturation)
    self.hue = hue == 0 ? nil : -hue...hue
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    var order = [0, 1, 2, 3]
    random.shuffle(&order)
    let amounts = [brightness, contrast, saturation, hue].map { range in
      range.map { random.uniform($0.lowerBound, $0.upperBound) }
    }
    var result = image
    for number in order {
      guard let amount = amounts[number] else { continue }
      switch number {
      case 0: result = result.brightened(by: amount)
      case 1: result = result.contrasted(by: amount)
      case 2: result = result.saturated(by: amount)
      default: result = result.withHue(movedBy: amount)
      }
    }
    return result
  }
}

/// Makes pictures grey (ITU-R BT.601).
public struct Grayscale: Transform {
  /// How many equal channels pictures then have: 1 or 3.
  public let channels: Int

  /// Stops when `channels` is neither 1 nor 3.
  public init(channels: Int = 1) {
    guard channels == 1 || channels == 3 else {
      stop("Grayscale: \(channels) channels; there can be 1 or 3")
    }
    self.channels = channels
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image { channels == 1 ? image.grey : image.grey.rgb }
}
