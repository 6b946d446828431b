import Datasets
import Foundation
import Testing

@Suite struct ImageReadingTests {
  static let pngs: [String] =
    ["grey", "rgb", "palette", "grey_alpha", "rgb_alpha"].flatMap { kind -> [String] in
      let depths =
        switch kind {
        case "grey": [1, 2, 4, 8, 16]
        case "palette": [1, 2, 4, 8]
        default: [8, 16]
        }
      return depths.flatMap { ["\(kind)\($0).png", "\(kind)\($0)_interlaced.png"] }
    }

  @Test("every kind of PNG", arguments: pngs)
  func readsPNG(_ name: String) throws {
    let image = try Image(fileBytes: golden("Images/\(name)"), name: name)
    #expect(image == (try picture(golden("Images/\(name).pnm"))))
  }

  static let jpegs =
    ["grey.jpg", "rgb444.jpg", "rgb420.jpg", "progressive.jpg", "cmyk.jpg"]
    + (1...8).map { "orientation\($0).jpg" }

  @Test("kinds of JPEG, and all orientations, within 2 of 255", arguments: jpegs)
  func readsJPEG(_ name: String) throws {
    let image = try Image(fileBytes: golden("Images/\(name)"), name: name)
    expectClose(image, try picture(golden("Images/\(name).pnm")), within: 2)
  }

  @Test("the luminance of a JPEG is decoded by itself")
  func readsLuminance() throws {
    let image = try Image(
      fileBytes: golden("Images/rgb420.jpg"), name: "x", .init(channels: .grey))
    expectClose(image, try picture(golden("Images/rgb420.jpg.grey.pnm")), within: 2)
  }

  @Test("grey from inks and from PNG, and colours from grey")
  func convertsChannels() throws {
    for name in ["cmyk.jpg", "rgb8.png"] {
      let image = try Image(
        fileBytes: golden("Images/\(name)"), name: name, .init(channels: .grey))
      expectClose(image, try picture(golden("Images/\(name).pnm")).grey, within: 3)
    }
    let rgb = try Image(fileBytes: golden("Images/grey8.png"), name: "x", .init(channels: .rgb))
    #expect(
      rgb.channels == 3
        && rgb.grey.pixels == rgb.pixels.indices.filter { $0 % 3 == 0 }.map { rgb.pixels[$0] })
  }

  @Test(
    "a JPEG that will be made smaller is decoded smaller",
    arguments: [(37, 37, 51), (19, 37, 51), (18, 19, 26), (9, 10, 13), (4, 5, 7), (1, 5, 7)])
  func readsSmaller(_ leastSide: Int, _ height: Int, _ width: Int) throws {
    for name in ["rgb420.jpg", "progressive.jpg", "cmyk.jpg"] {
      let image = try Image(
        fileBytes: golden("Images/\(name)"), name: name, .init(leastSide: leastSide))
      #expect(image.height == height && image.width == width && image.channels == 3)
    }
  }

  @Test("an orientation is passed over where that is asked for")
  func leavesOrientation() throws {
    let image = try Image(
      fileBytes: golden("Images/orientation6.jpg"), name: "x", .init(turnsUpright: false))
    #expect(image.height == 16 && image.width == 24)
  }

  @Test("PNG keeps every byte", arguments: [1, 3])
  func writesPNG(_ channels: Int) throws {
    let image = checkered(21, 17, channels: channels)
    #expect(try Image(fileBytes: image.png, name: "x") == image)
  }

  private func expectClose(_ found: Image, _ expected: Image, within bound: Int) {
    #expect(found.height == expected.height && found.width == expected.width)
    #expect(found.channels == expected.channels)
    let distance = zip(found.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(distance ?? .max <= bound)
  }
}
