import CImages

extension Image {
  /// How a file of pixels is read.
  public struct Decoding: Sendable, Hashable {
    /// What the pixels become.
    public enum Channels: String, Sendable, Hashable, CaseIterable {
      /// Grey where the file is grey, otherwise red, green and blue.
      case asStored
      /// The luminance, one channel.
      case grey
      /// Red, green and blue; equal where the file is grey.
      case rgb
    }

    /// What the pixels become.
    public var channels: Channels
    /// Where a picture will be made smaller anyway: JPEG is decoded at 1/2, 1/4 or 1/8 of its size,
    /// which is much faster, as long as neither side becomes shorter than this. Nil decodes all.
    public var leastSide: Int?
    /// More pixels than these are an error before memory is taken for them.
    public var mostPixels: Int
    /// Whether the picture is turned upright, as the camera noted in EXIF.
    public var turnsUpright: Bool

    /// By default: the file's own channels, full size, upright, at most 2²⁷ pixels (134 million).
    public init(
      channels: Channels = .asStored, leastSide: Int? = nil, mostPixels: Int = Image.mostPixels,
      turnsUpright: Bool = true
    ) {
      self.channels = channels
      self.leastSide = leastSide
      self.mostPixels = mostPixels
      self.turnsUpright = turnsUpright
    }
  }

  /// The most pixels that are read unless the caller says otherwise, and that a picture is resized
  /// to: 2²⁷.
  public static let mostPixels = 1 << 27

  /// The longest side that is read, in pixels: JPEG's own limit.
  public static let longestSide = 65_535

  /// Reads a PNG or JPEG file; its first bytes say which it is.
  ///
  /// PNG may have 1 to 16 bits, a palette, interlacing; 16 bits become 8 by rounding, and alpha is
  /// dropped, as torchvision and Pillow do it. JPEG may be baseline or progressive; YCbCr becomes
  /// RGB, and so do CMYK and YCCK, without a colour profile. A file that ends early or whose pixels
  /// are damaged is an error, never a picture that is partly grey.
  ///
  /// - Throws: `DatasetError` when the file is missing, neither PNG nor JPEG, or damaged, when a
  ///   side is longer than `longestSide`, or when it has more pixels than `decoding` allows or than
  ///   a file of its length can hold.
  public init(
    contentsOf path: String, _ decoding: Decoding = Decoding()
  ) throws(DatasetError) {
    try self.init(fileBytes: readFile(path), name: path, decoding)
  }

  /// Reads the bytes of a PNG or JPEG file; `name` stands for the file in errors.
  public init(
    fileBytes: [UInt8], name: String, _ decoding: Decoding = Decoding()
  ) throws(DatasetError) {
    let file = ImageFile(bytes: fileBytes, name: name)
    let isPNG = try file.isPNG()
    let header = try file.header(isPNG: isPNG, mostPixels: decoding.mostPixels)
    let stored = try file.decode(header, isPNG: isPNG, decoding)
    let image =
      switch decoding.channels {
      case .asStored: stored
      case .grey: stored.grey
      case .rgb: stored.rgb
      }
    let orientation = decoding.turnsUpright ? Orientation(fileBytes, isPNG: isPNG) : .upright
    self = image.turnedUpright(from: orientation)
  }
}

/// The bytes of a picture, as the C libraries take them.
private struct ImageFile {
  let bytes: [UInt8]
  let name: String

  func isPNG() throws(DatasetError) -> Bool {
    if images_is_png(bytes, bytes.count) { return true }
    if images_is_jpeg(bytes, bytes.count) { return false }
    throw DatasetError(
      .unknownFormat, file: name, offset: 0,
      found: bytes.isEmpty ? "no bytes" : Hexadecimal.text(bytes.prefix(8)),
      expected: "the first bytes of a PNG or JPEG file")
  }

  /// The header, once it is known that the picture fits into its limits.
  func header(isPNG: Bool, mostPixels: Int) throws(DatasetError) -> images_header {
    var header = images_header()
    var failure = images_failure()
    let read = isPNG ? images_png_header : images_jpeg_header
    guard read(bytes, bytes.count, &header, &failure) else { throw damage(failure, isPNG: isPNG) }
    let size = "\(header.height)×\(header.width)"
    guard header.width > 0, header.height > 0 else {
      throw DatasetError(
        .damagedFile, file: name, offset: 16, found: "a picture of \(size) pixels",
        expected: "at least one")
    }
    guard max(header.width, header.height) <= Image.longestSide else {
      throw DatasetError(
        .tooManyPixels, file: name, offset: 16, found: size,
        expected: "sides of at most \(Image.longestSide)")
    }
    let count = Int(header.width) * Int(header.height)
    guard count <= mostPixels else {
      throw DatasetError(
        .tooManyPixels, file: name, offset: 16, found: "\(size), which are \(count)",
        expected: "at most \(mostPixels)")
    }
    guard UInt64(count) <= header.most_pixels else {
      throw DatasetError(
        .tooManyPixels, file: name, offset: 16, found: "\(size), which are \(count)",
        expected: "at most \(header.most_pixels) in a file of \(bytes.count) bytes")
    }
    return header
  }

  func decode(
    _ header: images_header, isPNG: Bool, _ decoding: Image.Decoding
  ) throws(DatasetError) -> Image {
    var header = header
    var failure = images_failure()
    let eighths = isPNG ? 8 : eighths(header, decoding.leastSide)
    let height = (Int(header.height) * eighths + 7) / 8
    let width = (Int(header.width) * eighths + 7) / 8
    let channels = decoding.channels == .grey && header.has_luminance ? 1 : Int(header.channels)
    let byteCount = height * width * channels
    var isDecoded = false
    let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      isDecoded =
        isPNG
        ? images_png_decode(bytes, bytes.count, &header, buffer.baseAddress, &failure)
        : images_jpeg_decode(
          bytes, bytes.count, &header, Int32(channels), Int32(eighths), buffer.baseAddress,
          &failure)
      count = isDecoded ? byteCount : 0
    }
    guard isDecoded else { throw damage(failure, isPNG: isPNG) }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// The smallest of 1/8, 1/4, 1/2 and 1 that keeps both sides long enough.
  private func eighths(_ header: images_header, _ leastSide: Int?) -> Int {
    guard let leastSide else { return 8 }
    let shorter = Int(min(header.width, header.height))
    return [1, 2, 4].first { shorter * $0 / 8 >= leastSide } ?? 8
  }

  private func damage(_ failure: images_failure, isPNG: Bool) -> DatasetError {
    let words = withUnsafeBytes(of: failure.words) { raw in
      String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    return DatasetError(
      .damagedFile, file: name, offset: failure.offset, found: words,
      expected: "a sound \(isPNG ? "PNG" : "JPEG") file")
  }
}
