/// A message of Protocol Buffers in the making
/// (<https://protobuf.dev/programming-guides/encoding/>): fields in the order in which they are
/// added. Numbers that are zero are left out, as proto3 has it.
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
    case fixed32 = 5
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(tag field: Int, _ type: WireType) {
    append(varint: UInt64(field) << 3 | type.rawValue)
  }

  private mutating func append<Value: FixedWidthInteger>(fixed value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  /// An `int32`, `int64` or enumeration.
  mutating func add(_ value: Int, as field: Int) {
    if value == 0 { return }
    append(tag: field, .varint)
    append(varint: UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ value: Double, as field: Int) {
    if value.bitPattern == 0 { return }
    append(tag: field, .fixed64)
    append(fixed: value.bitPattern)
  }

  /// A `float` of a `oneof`, which is there even where it is zero.
  mutating func addChosen(_ value: Float, as field: Int) {
    append(tag: field, .fixed32)
    append(fixed: value.bitPattern)
  }

  /// A message, a text or bytes.
  mutating func add(_ value: some Collection<UInt8>, as field: Int) {
    append(tag: field, .delimited)
    append(varint: UInt64(value.count))
    bytes += value
  }

  mutating func add(_ value: String, as field: Int) { add(Array(value.utf8), as: field) }

  mutating func add(_ value: ProtocolMessage, as field: Int) { add(value.bytes, as: field) }

  /// A packed list of numbers.
  mutating func add(_ values: [Double], as field: Int) {
    if values.isEmpty { return }
    append(tag: field, .delimited)
    append(varint: UInt64(values.count * 8))
    for value in values { append(fixed: value.bitPattern) }
  }
}
