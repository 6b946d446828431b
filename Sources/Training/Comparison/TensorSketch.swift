import Arrays
import Foundation
import Tensors

/// A few numbers of a tensor by which its distance from another one can be estimated when both are
/// gone: its norm, and the sums of its elements in eight random groups, each element with a random
/// sign. Groups and signs depend on an element's place alone.
///
/// Σ (difference of two sums)² over the groups has the expectation Σ (a − b)² and a relative standard
/// deviation of at most √(2 / 8); the distance, its root, is as a rule right to within a quarter
/// (Charikar, Chen and Farach-Colton, 2002, "Finding frequent items in data streams"). One element
/// that differs alone is measured exactly.
public struct TensorSketch: Sendable, Hashable {
  /// √Σ x², in double precision.
  public let norm: Double
  private let sums: [Double]

  private static let groupCount = 8

  /// The sketch of a tensor.
  public init(_ tensor: Tensor) {
    if tensor.dataType == .float32 {
      let array = tensor.array.compacted()
      self = withExtendedLifetime(array) {
        TensorSketch(
          UnsafeRawBufferPointer(start: array.rawPointer, count: tensor.byteCount)
            .bindMemory(to: Float.self).lazy.map(Double.init))
      }
    } else {
      self.init(tensor.scalars(as: Double.self))
    }
  }

  private init(_ numbers: some Sequence<Double>) {
    var (squares, place) = (0.0, UInt64(0))
    var sums = [Double](repeating: 0, count: TensorSketch.groupCount)
    sums.withUnsafeMutableBufferPointer { sums in
      for number in numbers {
        squares += number * number
        let bits = TensorSketch.bits(of: place)
        sums[Int(bits >> 61)] += bits & 1 == 0 ? number : -number
        place += 1
      }
    }
    (norm, self.sums) = (squares.squareRoot(), sums)
  }

  /// Random bits of a place: two rounds of a multiplication and a shift (Steele, Lea and Flood, 2014,
  /// "Fast splittable pseudorandom number generators").
  @inline(__always)
  private static func bits(of place: UInt64) -> UInt64 {
    var bits = (place &+ 1) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// √Σ (a − b)² of the two tensors, estimated; NaN where one of them is not finite.
  public func distance(to other: TensorSketch) -> Double {
    zip(sums, other.sums).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}

extension TensorSketch {
  /// The sums' bytes, the least significant first, in base 64.
  var text: String {
    let bytes = sums.flatMap { sum in
      withUnsafeBytes(of: sum.bitPattern.littleEndian) { Array($0) }
    }
    return Data(bytes).base64EncodedString()
  }

  /// The sketch of a norm and the text of its sums; nil where the text is none.
  init?(norm: Double, text: String) {
    guard let bytes = Data(base64Encoded: text), bytes.count == 8 * TensorSketch.groupCount
    else { return nil }
    self.norm = norm
    sums = (0..<TensorSketch.groupCount).map { group in
      let word = bytes[group * 8..<group * 8 + 8].reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      return Double(bitPattern: word)
    }
  }
}
