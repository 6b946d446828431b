import Arrays

/// The element type of a NumPy array, as the header's `descr` spells it: the order of the bytes, a
/// letter, the size.
struct NumPyType: Hashable {
  let dataType: DataType
  let isBigEndian: Bool

  /// The type of a description such as `<f4`; nil where tensors have none. `V2` is bfloat16, as the
  /// package ml_dtypes spells it.
  init?(_ description: String) {
    guard let order = description.first, "<>|".contains(order) else { return nil }
    let known = NumPyType.letters.first { $0.value == description.dropFirst() }
    guard let known else { return nil }
    // Only types of one byte, and those without a type, do without an order.
    guard order != "|" || known.key.byteCount == 1 || known.key == .bfloat16 else { return nil }
    dataType = known.key
    isBigEndian = order == ">" && known.key.byteCount > 1
  }

  /// The description that NumPy writes.
  static func description(of dataType: DataType) -> String {
    (dataType.byteCount == 1 ? "|" : "<") + (letters[dataType] ?? "")
  }

  private static let letters: [DataType: String] = [
    .float32: "f4", .float64: "f8", .float16: "f2", .bfloat16: "V2", .int8: "i1", .int16: "i2",
    .int32: "i4", .int64: "i8", .uint8: "u1", .bool: "b1",
  ]
}
