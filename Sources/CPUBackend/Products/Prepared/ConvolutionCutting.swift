import Arrays

/// A piece of a convolution that one thread computes in one go: whole images, or some rows of one.
package struct ConvolutionPart: Sendable, Hashable {
  /// Its place among the parts, which begin with the first image.
  package let index: Int
  package let images: Range<Int>
  /// The rows of y (places along its first spatial axis): all, save where one image is cut.
  package let rows: Range<Int>
  /// The elements of x that the part reads or, in `backwardInput`, writes, in the order of memory.
  /// Rows that neighbouring parts both need belong to both.
  package let x: Range<Int>
  /// The elements of y that the part writes or, backward, reads; no two parts have one in common.
  package let y: Range<Int>
}

/// How a convolution is cut into parts, by its shapes alone: images of the batch or, where these
/// are few, rows of each image.
struct ConvolutionCutting {
  let description: ConvolutionDescription

  /// Multiplications that a part of whole images should have at least, and one of rows.
  private static let workOfImages = 2 << 20
  private static let workOfRows = 1 << 19
  /// The parts that are enough for any number of threads.
  private static let enough = 32
  /// Bytes of activations that stay in a second-level cache while an epilogue looks at them.
  private static let cachedByteCount = 1 << 20
  /// Bytes that partial gradients of the weights may take, the most of them, and the places of y
  /// that each should sum at least: adding partials takes the time of some 20 places each.
  private static let partialByteCount = 32 << 20
  private static let mostPartials = 16
  private static let placesOfPartial = 512

  private var batch: Int { description.x[0] }

  /// How many images a part has, save perhaps the last.
  var imagesOfPart: Int {
    let work = description.work
    var parts = min(max(work / Self.workOfImages, 1), Self.enough)
    if description.direction == .backwardWeight {
      let bytes = max(description.weightCount * MemoryLayout<Float>.stride, 1)
      let places = batch * description.y[2...].reduce(1, *)
      parts = min(
        parts, Self.mostPartials, Self.partialByteCount / bytes, places / Self.placesOfPartial)
    } else {
      let count = description.x.reduce(1, *) + description.y.reduce(1, *)
      parts = max(parts, count * MemoryLayout<Float>.stride / Self.cachedByteCount)
    }
    parts = min(max(parts, 1), batch)
    return (batch + parts - 1) / parts
  }

  /// How many rows of y a part has where images are cut; all rows where they are not.
  var rowsOfPart: Int {
    let rows = description.y[2]
    guard description.direction == .forward, description.xLayout == .channelsLast,
      description.yLayout == .channelsLast, everyRowReads
    else { return rows }
    let wanted = min(description.work / Self.workOfRows, Self.enough / 2)
    // From so many images on there are parts enough.
    if wanted < 2 * batch || batch >= 8 { return rows }
    let bands = min(wanted / batch, rows)
    return (rows + bands - 1) / bands
  }

  /// The parts of whole images, so many in each.
  func parts(images length: Int) -> [ConvolutionPart] {
    let xImage = description.x[1...].reduce(1, *), yImage = description.y[1...].reduce(1, *)
    return stride(from: 0, to: batch, by: length).enumerated().map { index, first in
      let images = first..<min(first + length, batch)
      return ConvolutionPart(
        index: index, images: images, rows: 0..<description.y[2],
        x: images.lowerBound * xImage..<images.upperBound * xImage,
        y: images.lowerBound * yImage..<images.upperBound * yImage)
    }
  }

  /// The parts of so many rows of y each, save perhaps the last of an image.
  func parts(rows length: Int) -> [ConvolutionPart] {
    let xRow = description.x[1] * description.x[3...].reduce(1, *)
    let yRow = description.y[1] * description.y[3...].reduce(1, *)
    var parts: [ConvolutionPart] = []
    for image in 0..<batch {
      let xFirst = image * description.x[2], yFirst = image * description.y[2]
      for first in stride(from: 0, to: description.y[2], by: length) {
        let rows = first..<min(first + length, description.y[2])
        let read = inputRows(of: rows).rows
        parts.append(
          ConvolutionPart(
            index: parts.count, images: image..<image + 1, rows: rows,
            x: (xFirst + read.lowerBound) * xRow..<(xFirst + read.upperBound) * xRow,
            y: (yFirst + rows.lowerBound) * yRow..<(yFirst + rows.upperBound) * yRow))
      }
    }
    return parts
  }

  /// The rows of x that rows of y are computed from, and the zeros around them.
  private func inputRows(of rows: Range<Int>) -> (rows: Range<Int>, low: Int, high: Int) {
    let geometry = description.geometry
    let span = geometry.dilation[0] * (description.weight[2] - 1) + 1
    let first = rows.lowerBound * geometry.stride[0] - geometry.paddingLow[0]
    let last = (rows.upperBound - 1) * geometry.stride[0] - geometry.paddingLow[0] + span
    let inside = max(first, 0)..<min(last, description.x[2])
    return (inside, inside.lowerBound - first, last - inside.upperBound)
  }

  /// The convolution that computes a part.
  func description(of part: ConvolutionPart) -> ConvolutionDescription {
    var result = description
    result.weightForm = .prepared
    result.x[0] = part.images.count
    result.y[0] = part.images.count
    if part.rows.count < description.y[2] {
      let read = inputRows(of: part.rows)
      result.x[2] = read.rows.count
      result.y[2] = part.rows.count
      result.geometry.paddingLow[0] = read.low
      result.geometry.paddingHigh[0] = read.high
    }
    return result
  }

  /// Whether every row of y reads at least one of x: padding wider than the kernel leaves some none.
  private var everyRowReads: Bool {
    let span = description.geometry.dilation[0] * (description.weight[2] - 1)
    return description.geometry.paddingLow[0] <= span && description.geometry.paddingHigh[0] <= span
  }
}
