/// The bytes of an IDX file with these parts, whether or not they fit together.
func idx(type: UInt8 = 0x08, _ lengths: [UInt32], _ elements: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(lengths.count)] + lengths.flatMap(bigEndian) + elements
}

/// The four bytes of a 32-bit integer, the highest first.
func bigEndian(_ value: UInt32) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
