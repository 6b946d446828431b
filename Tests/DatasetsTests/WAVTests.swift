import Datasets
import Testing

@Suite struct WAVTests {
  struct Readable: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let channels: Int
    let samples: [Float]

    init(_ name: String, _ format: [UInt8], _ data: [UInt8], channels: Int = 1, _ samples: [Float])
    {
      testDescription = name
      bytes = wav(riffChunk("fmt ", format), riffChunk("data", data))
      (self.channels, self.samples) = (channels, samples)
    }
  }

  static func patterns(_ values: [Float]) -> [UInt8] {
    values.flatMap { littleEndian(Int($0.bitPattern), 4) }
  }

  static let readable = [
    Readable("8 bits", wavFormat(bits: 8), [0, 128, 255], [-1, 0, 127.0 / 128]),
    Readable(
      "16 bits", wavFormat(), [0, 0x80, 0xFF, 0x7F, 1, 0],
      [-1, 32767.0 / 32768, 1.0 / 32768]),
    Readable(
      "24 bits", wavFormat(bits: 24), [0, 0, 0x80, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF],
      [-1, 8_388_607.0 / 8_388_608, -1.0 / 8_388_608]),
    Readable(
      "32 bits", wavFormat(bits: 32), [0, 0, 0, 0x80, 0, 0, 0, 0x40], [-1, 0.5]),
    Readable(
      "floating point", wavFormat(code: 3, bits: 32), patterns([0.25, -1.5]), [0.25, -1.5]),
    Readable(
      "double precision", wavFormat(code: 3, bits: 64),
      littleEndian(Int(bitPattern: UInt(Double(-0.75).bitPattern)), 8), [-0.75]),
    Readable(
      "extensible", wavFormat(extensionOf: 1), [0, 0x40], [0.5]),
    Readable(
      "extensible floating point", wavFormat(bits: 32, extensionOf: 3), patterns([2]), [2]),
    Readable("stereo", wavFormat(channels: 2), [0, 0x40, 0, 0xC0], channels: 2, [0.5, -0.5]),
    Readable("no samples", wavFormat(), [], []),
  ]

  @Test("every encoding", arguments: readable)
  func reads(_ example: Readable) throws {
    let sound = try Waveform(fileBytes: example.bytes, name: "x")
    #expect(sound.samples == example.samples)
    #expect(sound.channels == example.channels && sound.sampleRate == 8000)
  }

  @Test("other chunks, of odd sizes too, and what follows the file are passed over")
  func passesOver() throws {
    let bytes =
      wav(
        riffChunk("LIST", [1, 2, 3]), riffChunk("fmt ", wavFormat()),
        riffChunk("fact", [0, 0, 0, 0]),
        riffChunk("data", [0, 0x40]), riffChunk("id3 ", [9])) + [7, 7]
    #expect(try Waveform(fileBytes: bytes, name: "x").samples == [0.5])
  }

  @Test("channels are mixed by their mean")
  func mixes() {
    let sound = Waveform(sampleRate: 4, channels: 2, samples: [1, 0, -1, 0.5])
    #expect(sound.mono.samples == [0.5, -0.25] && sound.duration == 0.5)
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let reason: DatasetError.Reason
    let offset: Int

    init(_ name: String, _ bytes: [UInt8], _ reason: DatasetError.Reason, at offset: Int) {
      (testDescription, self.bytes, self.reason, self.offset) = (name, bytes, reason, offset)
    }
  }

  static let good = riffChunk("fmt ", wavFormat())
  static let data = riffChunk("data", [0, 0x40])

  static let malformed = [
    Malformed("empty", [], .truncatedHeader, at: 0),
    Malformed("text", Array("hello, world".utf8), .unknownFormat, at: 0),
    Malformed("another RIFF file", Array("RIFF\u{4}\0\0\0AVI ".utf8), .unknownFormat, at: 0),
    Malformed("RIFF larger than the file", wav(good, data, size: 1000), .wrongChunkSize, at: 4),
    Malformed("RIFF of 0 bytes", wav(good, data, size: 0), .wrongChunkSize, at: 4),
    Malformed("RIFF that ends inside a chunk", wav(good, data, size: 38), .wrongChunkSize, at: 40),
    Malformed("no format", wav(data), .damagedFile, at: 20),
    Malformed("no samples' chunk", wav(good), .truncatedData, at: 36),
    Malformed("nothing inside", wav(), .damagedFile, at: 12),
    Malformed(
      "data beyond the end", wav(good, riffChunk("data", [0, 0], size: 4_000_000_000)),
      .wrongChunkSize, at: 40),
    Malformed("half a sample", wav(good, riffChunk("data", [1, 2, 3])), .wrongChunkSize, at: 40),
    Malformed("a short format", wav(riffChunk("fmt ", [1, 0]), data), .wrongChunkSize, at: 16),
    Malformed(
      "no channel", wav(riffChunk("fmt ", wavFormat(channels: 0)), data), .damagedFile, at: 22),
    Malformed("no rate", wav(riffChunk("fmt ", wavFormat(rate: 0)), data), .damagedFile, at: 24),
    Malformed(
      "an impossible rate", wav(riffChunk("fmt ", wavFormat(rate: 1 << 30, byteRate: 0)), data),
      .damagedFile, at: 24),
    Malformed(
      "12 bits", wav(riffChunk("fmt ", wavFormat(bits: 12)), data), .unsupportedKind, at: 20),
    Malformed(
      "μ-law", wav(riffChunk("fmt ", wavFormat(code: 7, bits: 8)), data), .unsupportedKind, at: 20),
    Malformed(
      "a wrong block", wav(riffChunk("fmt ", wavFormat(block: 3)), data), .damagedFile, at: 32),
    Malformed(
      "a wrong byte rate", wav(riffChunk("fmt ", wavFormat(byteRate: 5)), data), .damagedFile,
      at: 28),
    Malformed(
      "a short extension",
      wav(riffChunk("fmt ", Array(wavFormat(extensionOf: 1).prefix(20))), data),
      .wrongChunkSize, at: 16),
    Malformed(
      "another maker's encoding",
      wav(riffChunk("fmt ", wavFormat(extensionOf: 1).dropLast() + [0]), data), .unsupportedKind,
      at: 44),
  ]

  @Test("malformed files", arguments: malformed)
  func rejects(_ example: Malformed) {
    let error = #expect(throws: DatasetError.self) {
      try Waveform(fileBytes: example.bytes, name: "x")
    }
    #expect(error?.reason == example.reason)
    #expect(error?.offset == example.offset)
  }

  @Test("a file that is cut anywhere")
  func rejectsEveryPrefix() {
    let bytes = wav(Self.good, riffChunk("data", [UInt8](repeating: 1, count: 10)))
    for length in 0..<bytes.count {
      #expect(throws: DatasetError.self) {
        try Waveform(fileBytes: Array(bytes[..<length]), name: "x")
      }
    }
  }
}
