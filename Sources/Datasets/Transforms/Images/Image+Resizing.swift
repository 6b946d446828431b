import Arrays

extension Image {
  /// The picture, or a box of it, with another size.
  ///
  /// As Pillow resizes a cropped picture, to the last bit: along the rows and along the columns, each
  /// rounded to bytes, antialiased when it gets smaller (but not with `.nearest`). The rows come
  /// first, unless the height loses more than twice the pixels that the width loses.
  /// Stops when the box is not inside the picture, or when it or `size` has no pixels.
  public func resized(
    to size: PixelSize, from box: PixelBox? = nil, interpolation: Interpolation = .bilinear
  ) -> Image {
    let box = box ?? wholeBox
    requireInside(box, "resized")
    guard box.height > 0, box.width > 0, size.height > 0, size.width > 0 else {
      stop("Image.resized: from \(box.height)×\(box.width) to \(size): both need pixels")
    }
    if size.height == box.height && size.width == box.width { return cropped(to: box) }
    if interpolation == .nearest { return picked(size, box) }
    let lost = (height: box.height - size.height, width: box.width - size.width)
    if lost.height > 0 && lost.height > 2 * lost.width {
      let lowered = cropped(to: box).resampledAlongColumns(to: size.height, interpolation)
      return lowered.resampledAlongRows(lowered.wholeBox, to: size.width, interpolation)
    }
    let narrowed = resampledAlongRows(box, to: size.width, interpolation)
    return narrowed.resampledAlongColumns(to: size.height, interpolation)
  }

  /// The nearest pixels.
  private func picked(_ size: PixelSize, _ box: PixelBox) -> Image {
    func places(_ input: Int, _ output: Int) -> [Int] {
      let scale = Double(input) / Double(output)
      var place = scale * 0.5
      return (0..<output).map { _ in
        defer { place += scale }
        return min(input - 1, Int(place))
      }
    }
    let columns = places(box.width, size.width).map { ($0 + box.left) * channels }
    let rows = places(box.height, size.height).map { ($0 + box.top) * width * channels }
    return Image(size: size, channels: channels) { output in
      var next = 0
      for row in rows {
        for column in columns {
          for channel in 0..<channels {
            output[next] = pixels[row + column + channel]
            next += 1
          }
        }
      }
    }
  }

  private func resampledAlongRows(
    _ box: PixelBox, to newWidth: Int, _ interpolation: Interpolation
  ) -> Image {
    if newWidth == box.width { return cropped(to: box) }
    let taps = ResamplingTaps(from: box.width, to: newWidth, interpolation)
    let size = PixelSize(height: box.height, width: newWidth)
    return Image(size: size, channels: channels) { output in
      pixels.withUnsafeBufferPointer { input in
        for row in 0..<box.height {
          let first = ((box.top + row) * width + box.left) * channels
          let line = UnsafeBufferPointer(rebasing: input[first..<first + box.width * channels])
          let result = UnsafeMutableBufferPointer(
            rebasing: output[row * newWidth * channels..<(row + 1) * newWidth * channels])
          if channels == 3 {
            resampleColored(line, taps, into: result)
          } else {
            resample(line, channels, taps, into: result)
          }
        }
      }
    }
  }

  private func resampledAlongColumns(
    to newHeight: Int, _ interpolation: Interpolation
  ) -> Image {
    if newHeight == height { return self }
    let taps = ResamplingTaps(from: height, to: newHeight, interpolation)
    let length = width * channels
    var sums = [Int32](repeating: 0, count: length)
    return Image(size: PixelSize(height: newHeight, width: width), channels: channels) { output in
      pixels.withUnsafeBufferPointer { input in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<newHeight {
            sums.update(repeating: ResamplingTaps.half)
            for tap in 0..<taps.counts[row] {
              let weight = taps.weights[row * taps.width + tap]
              let line = UnsafeBufferPointer(
                rebasing: input[
                  (taps.starts[row] + tap) * length..<(taps.starts[row] + tap + 1) * length])
              for index in 0..<length { sums[index] &+= Int32(line[index]) &* weight }
            }
            for index in 0..<length {
              output[row * length + index] = ResamplingTaps.pixel(sums[index])
            }
          }
        }
      }
    }
  }
}

/// A row of pixels of any number of channels.
private func resample(
  _ line: UnsafeBufferPointer<UInt8>, _ channels: Int, _ taps: ResamplingTaps,
  into result: UnsafeMutableBufferPointer<UInt8>
) {
  for place in 0..<taps.starts.count {
    let (start, weights) = (taps.starts[place], place * taps.width)
    for channel in 0..<channels {
      var sum = ResamplingTaps.half
      for tap in 0..<taps.counts[place] {
        sum &+= Int32(line[(start + tap) * channels + channel]) &* taps.weights[weights + tap]
      }
      result[place * channels + channel] = ResamplingTaps.pixel(sum)
    }
  }
}

/// A row of pixels of three channels.
private func resampleColored(
  _ line: UnsafeBufferPointer<UInt8>, _ taps: ResamplingTaps,
  into result: UnsafeMutableBufferPointer<UInt8>
) {
  taps.weights.withUnsafeBufferPointer { weights in
    for place in 0..<taps.starts.count {
      var (red, green, blue) = (ResamplingTaps.half, ResamplingTaps.half, ResamplingTaps.half)
      var (pixel, next) = (taps.starts[place] * 3, place * taps.width)
      for _ in 0..<taps.counts[place] {
        let weight = weights[next]
        red &+= Int32(line[pixel]) &* weight
        green &+= Int32(line[pixel + 1]) &* weight
        blue &+= Int32(line[pixel + 2]) &* weight
        pixel += 3
        next += 1
      }
      result[place * 3] = ResamplingTaps.pixel(red)
      result[place * 3 + 1] = ResamplingTaps.pixel(green)
      result[place * 3 + 2] = ResamplingTaps.pixel(blue)
    }
  }
}
