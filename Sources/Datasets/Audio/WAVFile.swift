/// The chunks of a WAV file that matter, each checked against the file before it is read.
struct WAVFile {
  let format: WAVFormat
  /// Where the samples stand.
  let data: Range<Int>
  private let bytes: [UInt8]

  init(_ bytes: [UInt8], name: String) throws(DatasetError) {
    let riff = try WAVFile.riff(bytes, name)
    var reader = ByteReader(bytes, riff)
    var format: WAVFormat?
    var data: Range<Int>?
    // One byte may be left over: a pad that the last chunk needed and the RIFF chunk counts.
    while data == nil, reader.remaining > 1 {
      let (id, chunk) = try WAVFile.nextChunk(&reader, name)
      if id.elementsEqual("fmt ".utf8) {
        format = try WAVFormat(bytes, chunk, name: name)
      } else if id.elementsEqual("data".utf8) {
        data = chunk
      }
    }
    guard let format else {
      throw DatasetError(
        .damagedFile, file: name, offset: data?.lowerBound ?? riff.upperBound,
        found: data == nil ? "the end of the chunks" : "samples", expected: "a chunk fmt first")
    }
    guard let data else {
      throw DatasetError(
        .truncatedData, file: name, offset: riff.upperBound, found: "the end of the chunks",
        expected: "a chunk data")
    }
    guard data.count % format.blockByteCount == 0 else {
      throw DatasetError(
        .wrongChunkSize, file: name, offset: data.lowerBound - 4, found: "\(data.count) bytes",
        expected: "a multiple of \(format.blockByteCount), the bytes of a moment")
    }
    (self.format, self.data, self.bytes) = (format, data, bytes)
  }

  /// The inside of the outermost chunk.
  private static func riff(_ bytes: [UInt8], _ name: String) throws(DatasetError) -> Range<Int> {
    guard bytes.count >= 12 else {
      throw DatasetError(
        .truncatedHeader, file: name, offset: bytes.count, found: "\(bytes.count) bytes",
        expected: "at least the 12 of a RIFF header")
    }
    guard bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8) else {
      throw DatasetError(
        .unknownFormat, file: name, offset: 0, found: Hexadecimal.text(bytes.prefix(12)),
        expected: "RIFF, a size, and WAVE")
    }
    var reader = ByteReader(bytes, 4..<8)
    let size = reader.number(4) ?? 0
    guard size >= 4, size <= bytes.count - 8 else {
      throw DatasetError(
        .wrongChunkSize, file: name, offset: 4, found: "a RIFF chunk of \(size) bytes",
        expected: "4 … \(bytes.count - 8), what the file holds")
    }
    return 12..<8 + size
  }

  private static func nextChunk(
    _ reader: inout ByteReader, _ name: String
  ) throws(DatasetError) -> (id: ArraySlice<UInt8>, range: Range<Int>) {
    let start = reader.place
    guard let id = reader.read(4), let size = reader.number(4) else {
      throw DatasetError(
        .truncatedHeader, file: name, offset: start, found: "\(reader.end - start) bytes",
        expected: "the 8 of a chunk's header")
    }
    guard size <= reader.remaining else {
      throw DatasetError(
        .wrongChunkSize, file: name, offset: start + 4,
        found: "a chunk of \(size) bytes", expected: "at most \(reader.remaining), what is left")
    }
    let range = reader.place..<reader.place + size
    // Chunks of odd sizes are followed by a pad.
    reader.skip(size + size % 2)
    return (id, range)
  }

  /// The samples, [time, channels].
  var samples: [Float] {
    let size = format.sampleByteCount
    let count = data.count / size
    return [Float](unsafeUninitializedCapacity: count) { output, filled in
      bytes.withUnsafeBytes { raw in
        let input = UnsafeRawBufferPointer(rebasing: raw[data])
        for place in 0..<count { output[place] = format.encoding.sample(input, at: place * size) }
      }
      filled = count
    }
  }
}
