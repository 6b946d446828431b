import Datasets
import Testing

@Suite struct MalformedImageTests {
  struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let reason: DatasetError.Reason
    let words: String

    init(_ name: String, _ bytes: [UInt8], _ reason: DatasetError.Reason, _ words: String) {
      (testDescription, self.bytes, self.reason, self.words) = (name, bytes, reason, words)
    }
  }

  static let png = checkered(9, 13).png
  static let jpeg = (try? golden("Images/rgb420.jpg")) ?? []
  /// Where the frame of the JPEG file begins: height and width stand 5 bytes behind it.
  static let frame = jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) } ?? 0

  static let malformed = [
    Malformed("empty", [], .unknownFormat, "no bytes"),
    Malformed("text", Array("hello".utf8), .unknownFormat, "68 65 6C 6C 6F"),
    Malformed("GIF", Array("GIF89a".utf8), .unknownFormat, "47 49 46 38 39 61"),
    Malformed("PNG's signature alone", Array(png.prefix(8)), .damagedFile, "no IHDR chunk"),
    Malformed(
      "PNG of 100,000×100,000",
      replacing(replacing(png, at: 16, with: 100_000), at: 20, with: 100_000),
      .tooManyPixels, "100000×100000"),
    Malformed(
      "PNG of 60,000×60,000", replacing(replacing(png, at: 16, with: 60_000), at: 20, with: 60_000),
      .tooManyPixels, "which are 3600000000"),
    Malformed(
      "PNG of 10,000×10,000 in a few bytes",
      replacing(replacing(png, at: 16, with: 10_000), at: 20, with: 10_000), .tooManyPixels,
      "which are 100000000"),
    Malformed("PNG without pixels", replacing(png, at: 16, with: 0), .damagedFile, "9×0"),
    Malformed(
      "PNG with a wrong checksum", replacing(png, at: 16, with: 14), .damagedFile, "IHDR: CRC error"
    ),
    Malformed("PNG cut", Array(png.dropLast(40)), .damagedFile, "ends early"),
    Malformed("PNG without its end", Array(png.dropLast(12)), .damagedFile, "ends early"),
    Malformed("JPEG's first bytes alone", [0xFF, 0xD8, 0xFF], .damagedFile, "ends early"),
    Malformed("JPEG cut", Array(jpeg.dropLast(100)), .damagedFile, "ends early"),
    Malformed(
      "JPEG of 65,000×65,000", replacing(jpeg, at: frame + 5, with: 65_000 << 16 | 65_000),
      .tooManyPixels, "65000×65000"),
    Malformed(
      "JPEG of 5,000×5,000 in a few bytes",
      replacing(jpeg, at: frame + 5, with: 5_000 << 16 | 5_000),
      .tooManyPixels, "which are 25000000"),
    Malformed(
      "JPEG without rows", replacing(jpeg, at: frame + 5, with: 51), .damagedFile, "DNL"),
    Malformed(
      "JPEG of lossless kind", jpeg.indices.map { $0 == frame + 1 ? 0xC3 : jpeg[$0] },
      .damagedFile, "SOF type 0xc3"),
  ]

  @Test("malformed files", arguments: malformed)
  func rejects(_ example: Malformed) {
    let error = #expect(throws: DatasetError.self) {
      try Image(fileBytes: example.bytes, name: "x")
    }
    #expect(error?.reason == example.reason)
    #expect(error?.found.contains(example.words) == true, "\(error?.found ?? "nothing")")
    #expect(error?.offset != nil && error?.file == "x")
  }

  @Test("a picture of more pixels than allowed")
  func obeysLimit() throws {
    #expect(throws: DatasetError.self) {
      try Image(fileBytes: Self.png, name: "x", .init(mostPixels: 116))
    }
    _ = try Image(fileBytes: Self.png, name: "x", .init(mostPixels: 117))
  }

  @Test(
    "files that are cut anywhere",
    arguments: [png, jpeg, (try? golden("Images/progressive.jpg")) ?? []])
  func rejectsEveryPrefix(_ bytes: [UInt8]) {
    #expect(bytes.count > 100)
    for length in 0..<bytes.count {
      #expect(throws: DatasetError.self) {
        try Image(fileBytes: Array(bytes[..<length]), name: "x")
      }
    }
  }
}
