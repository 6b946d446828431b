import Arrays
import Tensors

/// 64 bits that stand for a tensor's shape, element type and numbers, the same on every machine.
///
/// FNV-1a over words of 8 bytes (Fowler, Noll and Vo; the last word filled up with zeros), with an
/// additional shift that brings high bits down. Each step is a bijection of the value so far, and
/// another one of the word: tensors that differ in a single word never have the same digest. Others
/// have it once in 2⁶⁴ times.
public struct TensorDigest: Sendable, Hashable, CustomStringConvertible {
  /// The 64 bits.
  public let value: UInt64

  /// The digest of a tensor.
  public init(_ tensor: Tensor) {
    var state = TensorDigest.start
    for byte in "\(tensor.dataType) \(tensor.shape)".utf8 { TensorDigest.mix(&state, UInt64(byte)) }
    let array = tensor.array.compacted()
    withExtendedLifetime(array) {
      TensorDigest.mix(
        &state, UnsafeRawBufferPointer(start: array.rawPointer, count: tensor.byteCount))
    }
    value = state
  }

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The digest that these 16 digits write; nil where they write none.
  public init?(_ text: String) {
    guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
    self.value = value
  }

  /// The digests of the slices along axis 0.
  static func rows(of tensor: Tensor) -> [UInt64] {
    let array = tensor.array.compacted()
    let count = tensor.shape[0]
    if count == 0 { return [] }
    let byteCount = tensor.byteCount / count
    return withExtendedLifetime(array) {
      (0..<count).map { row in
        var state = start
        let memory = UnsafeRawBufferPointer(
          start: array.rawPointer + row * byteCount, count: byteCount)
        mix(&state, memory)
        return state
      }
    }
  }

  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  private static func mix(_ state: inout UInt64, _ word: UInt64) {
    state = (state ^ word) &* 0x0000_0100_0000_01B3
    state ^= state >> 29
  }

  private static func mix(_ state: inout UInt64, _ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count / 8
    for word in 0..<whole {
      mix(
        &state,
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)))
    }
    if whole * 8 == bytes.count { return }
    var last: UInt64 = 0
    for (place, byte) in bytes[(whole * 8)...].enumerated() { last |= UInt64(byte) << (8 * place) }
    mix(&state, last)
  }
}

extension Tensor {
  /// The bytes that the elements take, row-major.
  var byteCount: Int { count * dataType.byteCount }
}
