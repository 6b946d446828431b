import Arrays

/// A length for each spatial axis: `3` for all of them alike, `[3, 5]` for height and width.
public protocol SpatialLengths: Sendable {
  /// One number for all axes, or one for each.
  var spatialLengths: [Int] { get }
}

extension Int: SpatialLengths {
  public var spatialLengths: [Int] { [self] }
}

extension Array: SpatialLengths where Element == Int {
  public var spatialLengths: [Int] { self }
}

/// How many zeros surround the input of a convolution or a pooling: a number for all sides, a list
/// with one number for both ends of each spatial axis, or a rule.
///
///     Conv2D(3, 8, kernel: 3, padding: 1)
///     Conv2D(3, 8, kernel: [3, 5], padding: [1, 2])
///     Conv2D(3, 8, kernel: 3, padding: .same)
public enum Padding: Sendable, Hashable, TensorFree {
  /// As many that the output has ⌈input / stride⌉ places; where their number is odd, the additional
  /// one stands at the end.
  case same
  /// One number for all spatial axes, or one for each; the same at both ends.
  case each([Int])

  /// None: the kernel stays inside the input.
  public static let valid = Padding.each([0])

  /// The same number on all sides.
  public init(_ amount: Int) { self = .each([amount]) }
}

extension Padding: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The same number on all sides.
  public init(integerLiteral amount: Int) { self = .each([amount]) }
  /// One number for both ends of each spatial axis.
  public init(arrayLiteral amounts: Int...) { self = .each(amounts) }
}

extension Padding {
  /// Zeros before and after each spatial axis, where a kernel spans `spans` places of an input of
  /// `lengths`.
  package func amounts(
    lengths: [Int], spans: [Int], stride: [Int], in operation: String
  ) -> (low: [Int], high: [Int]) {
    switch self {
    case .each(let amounts):
      let spread = Spatial.spread(amounts, axes: stride.count, atLeast: 0, "padding", operation)
      return (spread, spread)
    case .same:
      let totals = lengths.indices.map { axis in
        let places = (lengths[axis] + stride[axis] - 1) / stride[axis]
        return Swift.max((places - 1) * stride[axis] + spans[axis] - lengths[axis], 0)
      }
      return (totals.map { $0 / 2 }, totals.map { $0 - $0 / 2 })
    }
  }
}

/// Checks of spatial settings, whose wrong values stop the program.
package enum Spatial {
  /// One length for each of `axes` spatial axes, none below `minimum`.
  package static func spread(
    _ lengths: any SpatialLengths, axes: Int, atLeast minimum: Int, _ setting: String,
    _ operation: String
  ) -> [Int] {
    let given = lengths.spatialLengths
    let spread = given.count == 1 ? Array(repeating: given[0], count: axes) : given
    if spread.count != axes || spread.contains(where: { $0 < minimum }) {
      stop(
        "\(operation): \(setting) \(Shape(given)); it takes one number or \(axes), none below "
          + "\(minimum)")
    }
    return spread
  }

  /// How many places a dilated kernel spans along each axis.
  package static func spans(_ kernel: [Int], _ dilation: [Int]) -> [Int] {
    zip(kernel, dilation).map { $1 * ($0 - 1) + 1 }
  }
}
