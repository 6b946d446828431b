import Arrays

/// What lies outside of a picture that is made larger.
public enum Border: Sendable, Hashable, Codable {
  /// One byte in all channels; 0 is black.
  case constant(UInt8)
  /// The picture mirrored at its outermost pixels, which are not repeated.
  case reflect
  /// The outermost pixels, repeated.
  case edge

  /// The place inside 0 ..< length that stands for one outside; nil for a constant.
  func source(_ place: Int, _ length: Int) -> Int? {
    if (0..<length).contains(place) { return place }
    switch self {
    case .constant: return nil
    case .edge: return max(0, min(length - 1, place))
    case .reflect:
      if length == 1 { return 0 }
      let period = 2 * (length - 1)
      let folded = ((place % period) + period) % period
      return min(folded, period - folded)
    }
  }
}

extension Image {
  /// A picture whose bytes `initialize` writes, [height, width, channels].
  init(
    size: PixelSize, channels: Int, _ initialize: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    let count = size.height * size.width * channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialize(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialized = count
    }
    self.init(height: size.height, width: size.width, channels: channels, pixels: pixels)
  }

  func requireInside(_ box: PixelBox, _ name: String) {
    guard box.top >= 0, box.left >= 0, box.height >= 0, box.width >= 0,
      box.top + box.height <= height, box.left + box.width <= width
    else {
      stop(
        "Image.\(name): \(box.height)×\(box.width) pixels from row \(box.top), column "
          + "\(box.left) are not inside a picture of \(size)")
    }
  }

  /// A box of the picture; stops when it is not inside.
  public func cropped(to box: PixelBox) -> Image {
    requireInside(box, "cropped")
    if box == wholeBox { return self }
    let size = PixelSize(height: box.height, width: box.width)
    return Image(size: size, channels: channels) { output in
      let length = box.width * channels
      pixels.withUnsafeBufferPointer { input in
        for row in 0..<box.height {
          let first = ((box.top + row) * width + box.left) * channels
          _ = UnsafeMutableBufferPointer(rebasing: output[row * length..<(row + 1) * length])
            .update(fromContentsOf: input[first..<first + length])
        }
      }
    }
  }

  /// The picture with rows and columns added around it.
  public func padded(
    top: Int, left: Int, bottom: Int, right: Int, with border: Border = .constant(0)
  ) -> Image {
    let size = PixelSize(height: height + top + bottom, width: width + left + right)
    guard min(top, left, bottom, right) >= 0, border == .constant(0) || !pixels.isEmpty else {
      stop("Image.padded: \(top), \(left), \(bottom), \(right) around a picture of \(self.size)")
    }
    let filling: UInt8 = if case .constant(let byte) = border { byte } else { 0 }
    let columns = (0..<size.width).map { border.source($0 - left, width) }
    return Image(size: size, channels: channels) { output in
      output.initialize(repeating: filling)
      for row in 0..<size.height {
        guard let source = border.source(row - top, height) else { continue }
        for (column, from) in columns.enumerated() {
          guard let from else { continue }
          for channel in 0..<channels {
            output[(row * size.width + column) * channels + channel] =
              pixels[(source * width + from) * channels + channel]
          }
        }
      }
    }
  }

  /// Left and right exchanged.
  public func flippedHorizontally() -> Image {
    Image(size: size, channels: channels) { output in
      let length = width * channels
      pixels.withUnsafeBufferPointer { input in
        for row in 0..<height {
          let line = row * length..<(row + 1) * length
          reverse(
            UnsafeBufferPointer(rebasing: input[line]), channels,
            into: UnsafeMutableBufferPointer(rebasing: output[line]))
        }
      }
    }
  }

  /// Top and bottom exchanged.
  public func flippedVertically() -> Image {
    Image(size: size, channels: channels) { output in
      let length = width * channels
      pixels.withUnsafeBufferPointer { input in
        for row in 0..<height {
          let from = (height - 1 - row) * length
          _ = UnsafeMutableBufferPointer(rebasing: output[row * length..<(row + 1) * length])
            .update(fromContentsOf: input[from..<from + length])
        }
      }
    }
  }
}

/// The pixels of a row from the last to the first.
private func reverse(
  _ line: UnsafeBufferPointer<UInt8>, _ channels: Int,
  into result: UnsafeMutableBufferPointer<UInt8>
) {
  var from = line.count - channels
  var to = 0
  // Loops of a known number of channels need no inner one.
  if channels == 3 {
    while from >= 0 {
      result[to] = line[from]
      result[to + 1] = line[from + 1]
      result[to + 2] = line[from + 2]
      (from, to) = (from - 3, to + 3)
    }
  } else {
    while from >= 0 {
      for channel in 0..<channels { result[to + channel] = line[from + channel] }
      (from, to) = (from - channels, to + channels)
    }
  }
}
