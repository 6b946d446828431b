import Myelin

/// A tensor of a golden file: its elements, row-major, and its shape.
public struct GoldenTensor: Sendable {
  public enum Elements: Sendable {
    case float32([Float])
    case int64([Int64])
  }

  public let elements: Elements
  public let shape: Shape

  /// Reads the tensor that a safetensors header describes as `entry` from the bytes behind it.
  init(key: String, entry: JSONValue, body: ArraySlice<UInt8>) throws(GoldenError) {
    guard let fields = entry.asObject, let type = fields["dtype"]?.asString,
      let lengths = fields["shape"]?.asInts, let offsets = fields["data_offsets"]?.asInts,
      offsets.count == 2
    else { throw GoldenError("\(key): dtype, shape and data_offsets are expected") }
    guard let size = ["F32": 4, "I64": 8][type] else {
      throw GoldenError("\(key): F32 or I64 is expected, not \(type)")
    }
    let (start, end) = (offsets[0], offsets[1])
    guard 0 <= start, start <= end, end <= body.count else {
      throw GoldenError("\(key): bytes \(start)..<\(end) lie outside of \(body.count)")
    }
    var expected = size
    for length in lengths {
      let (product, overflows) = expected.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows else {
        throw GoldenError("\(key): \(lengths) is no shape")
      }
      expected = product
    }
    guard end - start == expected else {
      throw GoldenError("\(key): \(lengths) takes \(expected) bytes, not \(end - start)")
    }
    let bytes = Array(body.dropFirst(start).prefix(expected))
    shape = Shape(lengths)
    elements = bytes.withUnsafeBytes { raw in
      let places = stride(from: 0, to: raw.count, by: size)
      if size == 8 {
        return .int64(
          places.map { place in
            Int64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: Int64.self))
          })
      }
      return .float32(
        places.map { place in
          let bits = raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)
          return Float(bitPattern: UInt32(littleEndian: bits))
        })
    }
  }
}
