/// What the chunk `fmt ` of a WAV file says.
struct WAVFormat {
  enum Encoding {
    case unsigned8, signed16, signed24, signed32, float32, float64

    /// The sample that begins at a place, little-endian.
    @inline(__always)
    func sample(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Float {
      switch self {
      case .unsigned8: (Float(bytes[place]) - 128) / 128
      case .signed16:
        Float(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int16.self)))
          / 32768
      case .signed24:
        Float(
          Int32(Int8(bitPattern: bytes[place + 2])) << 16 | Int32(bytes[place + 1]) << 8
            | Int32(bytes[place])) / 8_388_608
      case .signed32:
        Float(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
          / 2_147_483_648
      case .float32:
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
      case .float64:
        Float(
          Double(
            bitPattern: UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))))
      }
    }
  }

  /// The highest rate that is read; converters end at 768,000 samples a second.
  static let highestRate = 768_000

  let encoding: Encoding
  let channels: Int
  let sampleRate: Int
  let sampleByteCount: Int
  /// The samples of one moment together.
  var blockByteCount: Int { channels * sampleByteCount }

  init(_ bytes: [UInt8], _ chunk: Range<Int>, name: String) throws(DatasetError) {
    func failure(
      _ reason: DatasetError.Reason, at offset: Int, _ found: String, _ expected: String
    ) -> DatasetError {
      DatasetError(
        reason, file: name, offset: chunk.lowerBound + offset, found: found, expected: expected)
    }
    var reader = ByteReader(bytes, chunk)
    guard let code = reader.number(2), let channels = reader.number(2),
      let sampleRate = reader.number(4), let byteRate = reader.number(4),
      let blockByteCount = reader.number(2), let bits = reader.number(2)
    else {
      throw failure(.wrongChunkSize, at: -4, "a chunk fmt of \(chunk.count) bytes", "at least 16")
    }
    let encodingCode = try WAVFormat.encodingCode(code, &reader, failure)
    guard channels > 0 else { throw failure(.damagedFile, at: 2, "0 channels", "at least one") }
    guard (1...WAVFormat.highestRate).contains(sampleRate) else {
      throw failure(
        .damagedFile, at: 4, "\(sampleRate) samples a second", "1 … \(WAVFormat.highestRate)")
    }
    guard let encoding = WAVFormat.encoding(encodingCode, bits: bits) else {
      throw failure(
        .unsupportedKind, at: 0, "encoding \(encodingCode) of \(bits) bits",
        "1 of 8, 16, 24 or 32 bits, or 3 of 32 or 64")
    }
    guard blockByteCount == channels * bits / 8 else {
      throw failure(
        .damagedFile, at: 12, "\(blockByteCount) bytes a moment",
        "\(channels * bits / 8) for \(channels) channels of \(bits) bits")
    }
    // Writers of streams leave 0; any other wrong figure is damage.
    guard byteRate == 0 || byteRate == blockByteCount * sampleRate else {
      throw failure(
        .damagedFile, at: 8, "\(byteRate) bytes a second", "\(blockByteCount * sampleRate)")
    }
    (self.encoding, self.channels, self.sampleRate) = (encoding, channels, sampleRate)
    sampleByteCount = bits / 8
  }

  /// The code of the encoding, where it stands in an extension that of the extension.
  private static func encodingCode(
    _ code: Int, _ reader: inout ByteReader,
    _ failure: (DatasetError.Reason, Int, String, String) -> DatasetError
  ) throws(DatasetError) -> Int {
    let extensible = 0xFFFE
    if code != extensible { return code }
    // The extension's size, valid bits, a mask of loudspeakers, then the encoding as a GUID whose
    // first two bytes are the code and whose others are always the same.
    guard let size = reader.number(2), size >= 22, reader.remaining >= 22 else {
      throw failure(
        .wrongChunkSize, -4, "an extensible format of \(reader.end - reader.place + 16) bytes",
        "at least 40")
    }
    reader.skip(6)
    let code = reader.number(2) ?? 0
    let rest: [UInt8] = [0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]
    guard let tail = reader.read(14), tail.elementsEqual(rest) else {
      throw failure(.unsupportedKind, 24, "an encoding of another maker", "one of RIFF's own")
    }
    return code
  }

  private static func encoding(_ code: Int, bits: Int) -> Encoding? {
    switch (code, bits) {
    case (1, 8): .unsigned8
    case (1, 16): .signed16
    case (1, 24): .signed24
    case (1, 32): .signed32
    case (3, 32): .float32
    case (3, 64): .float64
    default: nil
    }
  }
}
