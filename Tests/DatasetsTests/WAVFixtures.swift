/// A number in `count` bytes, little-endian.
func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// A chunk of a RIFF file; `size` is what it declares.
func riffChunk(_ name: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
  Array(name.utf8) + littleEndian(size ?? content.count, 4) + content
    + [UInt8](repeating: 0, count: content.count % 2)
}

/// The content of a chunk `fmt `.
func wavFormat(
  code: Int = 1, channels: Int = 1, rate: Int = 8000, bits: Int = 16, block: Int? = nil,
  byteRate: Int? = nil, extensionOf: Int? = nil
) -> [UInt8] {
  let block = block ?? channels * bits / 8
  let front =
    littleEndian(extensionOf == nil ? code : 0xFFFE, 2) + littleEndian(channels, 2)
    + littleEndian(rate, 4) + littleEndian(byteRate ?? block * rate, 4) + littleEndian(block, 2)
    + littleEndian(bits, 2)
  guard let extensionOf else { return front }
  return front + littleEndian(22, 2) + littleEndian(bits, 2) + littleEndian(0, 4)
    + littleEndian(extensionOf, 2) + [0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]
}

/// A WAV file of chunks.
func wav(_ chunks: [UInt8]..., size: Int? = nil) -> [UInt8] {
  let content = Array("WAVE".utf8) + chunks.flatMap(\.self)
  return Array("RIFF".utf8) + littleEndian(size ?? content.count, 4) + content
}
