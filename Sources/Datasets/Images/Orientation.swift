/// How a picture's rows and columns lie, as cameras note it (EXIF 2.32, tag 0x0112).
///
/// The names say where the first row and the first column of the file belong.
enum Orientation: UInt16 {
  case upright = 1
  case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

  /// Rows become columns.
  var exchangesAxes: Bool { rawValue >= Orientation.leftTop.rawValue }

  /// Looks for the note in a PNG or JPEG file; upright where there is none, or none that makes sense:
  /// a damaged note harms no pixel.
  init(_ file: [UInt8], isPNG: Bool) {
    let block = isPNG ? Orientation.pngBlock(file) : Orientation.jpegBlock(file)
    self = block.flatMap { Orientation(exif: $0) } ?? .upright
  }

  /// The EXIF block of the segments in front of a JPEG file's picture.
  private static func jpegBlock(_ file: [UInt8]) -> ArraySlice<UInt8>? {
    var place = 2
    while place + 4 <= file.count, file[place] == 0xFF {
      let marker = file[place + 1]
      // Any number of bytes 0xFF may fill the space in front of a marker.
      if marker == 0xFF {
        place += 1
        continue
      }
      let length = Int(file[place + 2]) << 8 | Int(file[place + 3])
      let end = place + 2 + length
      // 0xDA begins the picture.
      if marker == 0xDA || length < 2 || end > file.count { return nil }
      let content = file[place + 4..<end]
      if marker == 0xE1, content.starts(with: Array("Exif\0\0".utf8)) {
        return content.dropFirst(6)
      }
      place = end
    }
    return nil
  }

  /// The content of a PNG file's chunk eXIf.
  private static func pngBlock(_ file: [UInt8]) -> ArraySlice<UInt8>? {
    var place = 8
    while place + 12 <= file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let name = file[place + 4..<place + 8]
      let start = place + 8
      if length > file.count - start - 4 { return nil }
      if name.elementsEqual("eXIf".utf8) { return file[start..<start + length] }
      place = start + length + 4
    }
    return nil
  }

  /// The orientation of an EXIF block: a TIFF header, then a list of entries of 12 bytes.
  private init?(exif block: ArraySlice<UInt8>) {
    let bytes = Array(block)
    let isLittle: Bool
    if bytes.starts(with: Array("II*\0".utf8)) {
      isLittle = true
    } else if bytes.starts(with: Array("MM\0*".utf8)) {
      isLittle = false
    } else {
      return nil
    }
    func number(at place: Int, _ count: Int) -> Int? {
      guard place >= 0, place <= bytes.count - count else { return nil }
      let part = bytes[place..<place + count]
      return isLittle
        ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let list = number(at: 4, 4), let count = number(at: list, 2) else { return nil }
    for entry in 0..<count {
      let place = list + 2 + 12 * entry
      guard let tag = number(at: place, 2) else { return nil }
      if tag == 0x0112 {
        // Of type SHORT, the value stands in the first bytes of its field.
        guard number(at: place + 2, 2) == 3, let value = number(at: place + 8, 2) else {
          return nil
        }
        self.init(rawValue: UInt16(value))
        return
      }
    }
    return nil
  }
}

extension Image {
  /// The picture upright, as the eye saw it, from rows and columns that lie as `orientation` says.
  func turnedUpright(from orientation: Orientation) -> Image {
    if orientation == .upright { return self }
    let exchanges = orientation.exchangesAxes
    let (newHeight, newWidth) = exchanges ? (width, height) : (height, width)
    // Where the new picture's first pixel is taken from, and the steps along its axes.
    let (lastRow, lastColumn) = (height - 1, width - 1)
    let (row, column): (Int, Int) =
      switch orientation {
      case .upright, .leftTop: (0, 0)
      case .topRight, .leftBottom: (0, lastColumn)
      case .bottomRight, .rightBottom: (lastRow, lastColumn)
      case .bottomLeft, .rightTop: (lastRow, 0)
      }
    let rowStep = row == 0 ? width : -width
    let columnStep = column == 0 ? 1 : -1
    let (down, right) = exchanges ? (columnStep, rowStep) : (rowStep, columnStep)
    let first = row * width + column
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { output, count in
      pixels.withUnsafeBufferPointer { input in
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let source = (first + y * down + x * right) * channels
            for channel in 0..<channels { output[count + channel] = input[source + channel] }
            count += channels
          }
        }
      }
    }
    return Image(height: newHeight, width: newWidth, channels: channels, pixels: turned)
  }
}
