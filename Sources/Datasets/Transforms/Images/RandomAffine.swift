import Arrays

/// Turns pictures by a random angle about their middle, counterclockwise when it is positive.
public struct RandomRotation: Transform {
  /// Degrees; each angle is equally likely.
  public let degrees: ClosedRange<Double>
  /// How pixels follow from pixels.
  public let interpolation: Interpolation
  /// What comes in from outside.
  public let fill: UInt8

  /// Angles between two.
  public init(
    _ degrees: ClosedRange<Double>, interpolation: Interpolation = .bilinear, fill: UInt8 = 0
  ) {
    self.degrees = degrees
    self.interpolation = interpolation
    self.fill = fill
  }

  /// Angles of at most so many degrees both ways.
  public init(_ degrees: Double, interpolation: Interpolation = .bilinear, fill: UInt8 = 0) {
    self.init(
      -abs(degrees)...abs(degrees), interpolation: interpolation, fill: fill)
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    let angle = random.uniform(degrees.lowerBound, degrees.upperBound)
    return image.transformed(
      by: AffineMap(of: image.size, clockwise: -angle), interpolation: interpolation, fill: fill)
  }
}

/// Turns, moves, scales and shears pictures at random about their middle, each parameter uniform in
/// its range and on its own.
public struct RandomAffine: Transform {
  /// Degrees, clockwise when positive.
  public let degrees: ClosedRange<Double>
  /// The most that pictures are moved along x and y, as shares of width and height; by whole pixels.
  public let translation: (x: Double, y: Double)
  /// How much larger what is shown becomes.
  public let scale: ClosedRange<Double>
  /// Degrees along x.
  public let shear: ClosedRange<Double>
  /// How pixels follow from pixels.
  public let interpolation: Interpolation
  /// What comes in from outside.
  public let fill: UInt8

  /// Without any argument nothing changes; stops when a scale is not positive.
  public init(
    degrees: ClosedRange<Double> = 0...0, translation: (x: Double, y: Double) = (0, 0),
    scale: ClosedRange<Double> = 1...1, shear: ClosedRange<Double> = 0...0,
    interpolation: Interpolation = .bilinear, fill: UInt8 = 0
  ) {
    guard scale.lowerBound > 0 else { stop("RandomAffine: scale \(scale) must be positive") }
    self.degrees = degrees
    self.translation = translation
    self.scale = scale
    self.shear = shear
    self.interpolation = interpolation
    self.fill = fill
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Image {
    func draw(_ range: ClosedRange<Double>) -> Double {
      random.uniform(range.lowerBound, range.upperBound)
    }
    let (right, down) = (
      translation.x * Double(image.width), translation.y * Double(image.height)
    )
    let map = AffineMap(
      of: image.size, clockwise: draw(degrees), right: draw(-right...right).rounded(),
      down: draw(-down...down).rounded(), scale: draw(scale), shearAlongX: draw(shear))
    return image.transformed(by: map, interpolation: interpolation, fill: fill)
  }
}
