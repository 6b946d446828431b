import Arrays
import Glibc

/// A map of the plane of a picture, from each point of the result to that of the original which it
/// shows: x′ = a·x + b·y + c, y′ = d·x + e·y + f, in pixels, x to the right and y down, the middle
/// of the first pixel at (½, ½).
public struct AffineMap: Sendable, Hashable {
  public var a, b, c, d, e, f: Double

  /// The map that turns a picture about its middle, then moves it.
  ///
  /// - Parameters:
  ///   - size: The picture's.
  ///   - degrees: Clockwise.
  ///   - right: Pixels.
  ///   - down: Pixels.
  ///   - scale: How much larger what is shown becomes.
  ///   - shearAlongX: Degrees.
  ///   - shearAlongY: Degrees.
  public init(
    of size: PixelSize, clockwise degrees: Double = 0, right: Double = 0, down: Double = 0,
    scale: Double = 1, shearAlongX: Double = 0, shearAlongY: Double = 0
  ) {
    let (angle, shearX, shearY) = (
      degrees * .pi / 180, shearAlongX * .pi / 180, shearAlongY * .pi / 180
    )
    // Rotation · shear along y · shear along x, inverted: its determinant is 1.
    let cosine = cos(angle - shearY) / cos(shearY)
    let sine = sin(angle - shearY) / cos(shearY)
    // Without what π's rounding leaves, quarter turns are exact.
    func rounded(_ value: Double) -> Double { (value * 1e15).rounded() / 1e15 }
    a = rounded(cos(angle) - sine * tan(shearX)) / scale
    b = rounded(cosine * tan(shearX) + sin(angle)) / scale
    d = rounded(-sine) / scale
    e = rounded(cosine) / scale
    let (x, y) = (Double(size.width) / 2, Double(size.height) / 2)
    c = x - a * (x + right) - b * (y + down)
    f = y - d * (x + right) - e * (y + down)
  }
}

extension Image {
  /// The picture as a map shows it, of the same size; `fill` where the map leads outside.
  ///
  /// With `.nearest` the pixel that each point is in; otherwise between the four pixels around it,
  /// cut to a byte as Pillow does: `.bicubic`, too, is bilinear here.
  public func transformed(
    by map: AffineMap, interpolation: Interpolation = .bilinear, fill: UInt8 = 0
  ) -> Image {
    Image(size: size, channels: channels) { output in
      pixels.withUnsafeBufferPointer { input in
        for row in 0..<height {
          for column in 0..<width {
            let (right, down) = (Double(column) + 0.5, Double(row) + 0.5)
            let x = map.a * right + map.b * down + map.c
            let y = map.d * right + map.e * down + map.f
            let place = (row * width + column) * channels
            guard x >= 0, y >= 0, x < Double(width), y < Double(height) else {
              for channel in 0..<channels { output[place + channel] = fill }
              continue
            }
            if interpolation == .nearest {
              let from = (Int(y) * width + Int(x)) * channels
              for channel in 0..<channels { output[place + channel] = input[from + channel] }
            } else {
              blend(input, x - 0.5, y - 0.5, into: output, at: place)
            }
          }
        }
      }
    }
  }

  /// The four pixels around a point, those outside being the nearest inside.
  @inline(__always)
  private func blend(
    _ input: UnsafeBufferPointer<UInt8>, _ x: Double, _ y: Double,
    into output: UnsafeMutableBufferPointer<UInt8>, at place: Int
  ) {
    let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    let (right, down) = (x - Double(left), y - Double(top))
    let columns = (max(0, left) * channels, min(width - 1, left + 1) * channels)
    let rows = (
      max(0, top) * width * channels, min(height - 1, top + 1) * width * channels
    )
    for channel in 0..<channels {
      func between(_ row: Int) -> Double {
        let (first, second) = (
          Double(input[row + columns.0 + channel]), Double(input[row + columns.1 + channel])
        )
        return first + (second - first) * right
      }
      let (upper, lower) = (between(rows.0), between(rows.1))
      output[place + channel] = UInt8(upper + (lower - upper) * down)
    }
  }
}
