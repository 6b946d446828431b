/// A colour by hue, saturation and value, each a byte (A. R. Smith, "Color gamut transform pairs",
/// 1978), rounded as Pillow rounds them.
struct HSV {
  var hue: UInt8 = 0
  var saturation: UInt8 = 0
  var value: UInt8

  @inline(__always)
  init(red: UInt8, green: UInt8, blue: UInt8) {
    value = max(red, green, blue)
    let range = Float(value) - Float(min(red, green, blue))
    guard range > 0 else { return }
    let most = Float(value)
    @inline(__always)
    func share(_ color: UInt8) -> Float { (most - Float(color)) / range }
    let sixth: Float =
      if red == value {
        share(blue) - share(green)
      } else if green == value {
        2 + share(red) - share(blue)
      } else {
        4 + share(green) - share(red)
      }
    // In 5/6 … 11/6, of which the whole part is left out.
    let turns = Double(sixth) / 6 + 1
    let turn = turns < 1 ? turns : turns - 1
    hue = UInt8(Double(Float(turn)) * 255)
    saturation = UInt8(Double(range / most) * 255)
  }
}

/// The way back to red, green and blue, with what each byte of hue and saturation stands for.
struct HueCircle {
  /// The sixth of the circle in which a hue lies, and where in it, 0 … 1.
  private let sectors: [Int]
  private let rests: [Double]
  /// A saturation as a share, 0 … 1.
  private let shares: [Double]

  static let shared = HueCircle()

  private init() {
    let turns = (0..<256).map { Double($0) * 6 / 255 }
    sectors = turns.map { Int($0) % 6 }
    rests = turns.map { Double(Float($0 - Double(Int($0)))) }
    shares = (0..<256).map { Double(Float(Double($0) / 255)) }
  }

  /// Red, green and blue.
  @inline(__always)
  func colors(of color: HSV) -> (UInt8, UInt8, UInt8) {
    let value = color.value
    if color.saturation == 0 { return (value, value, value) }
    let (share, rest) = (shares[Int(color.saturation)], rests[Int(color.hue)])
    // The factors are in 0 … 1; `rounded` would be a call of the C library.
    @inline(__always)
    func scaled(_ factor: Double) -> UInt8 {
      let product = Double(value) * factor
      let whole = UInt8(product)
      return product - Double(whole) >= 0.5 ? whole + 1 : whole
    }
    let low = scaled(1 - share)
    func falling() -> UInt8 { scaled(1 - share * rest) }
    func rising() -> UInt8 { scaled(1 - share * (1 - rest)) }
    switch sectors[Int(color.hue)] {
    case 0: return (value, rising(), low)
    case 1: return (falling(), value, low)
    case 2: return (low, value, rising())
    case 3: return (low, falling(), value)
    case 4: return (rising(), low, value)
    default: return (value, low, falling())
    }
  }
}
