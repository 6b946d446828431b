/// How the pixels of a resized or moved picture follow from those around them.
public enum Interpolation: String, Sendable, Hashable, CaseIterable, Codable {
  /// The nearest pixel.
  case nearest
  /// A triangle: weights fall linearly to 0 at the distance 1.
  case bilinear
  /// Cubic convolution with a = −½ (R. Keys, 1981): to 0 at the distance 2.
  case bicubic

  /// The distance at which weights become 0.
  var support: Double { self == .bicubic ? 2 : 1 }

  /// The weight of a pixel at a distance from the point.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x < 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
  }
}

/// Part of a picture, in whole pixels.
public struct PixelBox: Sendable, Hashable {
  /// The first row.
  public var top: Int
  /// The first column.
  public var left: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A box; it may have no pixels.
  public init(top: Int, left: Int, height: Int, width: Int) {
    self.top = top
    self.left = left
    self.height = height
    self.width = width
  }
}

/// A height and a width, in pixels.
public struct PixelSize: Sendable, Hashable, Codable, CustomStringConvertible {
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// For example `224×224`: height, then width.
  public var description: String { "\(height)×\(width)" }
}

extension Image {
  /// Height and width.
  public var size: PixelSize { PixelSize(height: height, width: width) }
  /// All of it.
  var wholeBox: PixelBox { PixelBox(top: 0, left: 0, height: height, width: width) }
}
