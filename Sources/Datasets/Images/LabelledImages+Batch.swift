import Arrays
import Tensors

/// A move of an image by whole pixels; negative is up and left.
package struct Shift: Sendable, Hashable {
  package var down: Int
  package var right: Int

  package init(down: Int, right: Int) {
    self.down = down
    self.right = right
  }
}

extension LabelledImages {
  /// The images of these places as one batch.
  public func batch(_ places: [Int]) -> Batch {
    batch(places[...], shifts: places.map { _ in Shift(down: 0, right: 0) })
  }

  /// The images of these places as one batch, each moved by its shift.
  package func batch(_ places: ArraySlice<Int>, shifts: [Shift]) -> Batch {
    let shape: Shape = [places.count, size.channels, size.height, size.width]
    return Batch(
      images: Tensor(scaled(places, shifts: shifts), shape: shape),
      labels: Tensor(places.map { classes[$0] }, shape: [places.count]), count: places.count)
  }

  /// The pixels of these places, moved and scaled to 0 … 1.
  package func scaled(_ places: ArraySlice<Int>, shifts: [Shift]) -> [Float] {
    var result = [Float](repeating: 0, count: places.count * size.pixelCount)
    let scale = 1 / Float(brightest)
    result.withUnsafeMutableBufferPointer { output in
      pixels.withUnsafeBufferPointer { input in
        for (number, (place, shift)) in zip(places, shifts).enumerated() {
          copy(
            UnsafeBufferPointer(rebasing: input[pixelRange(place)]),
            into: UnsafeMutableBufferPointer(rebasing: output[pixelRange(number)]), shift, scale)
        }
      }
    }
    return result
  }

  /// One image, of which only the rows and columns that stay in sight are written.
  private func copy(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<Float>,
    _ shift: Shift, _ scale: Float
  ) {
    let rows = inSight(size.height, shift.down)
    let columns = inSight(size.width, shift.right)
    let distance = shift.down * size.width + shift.right
    for channel in 0..<size.channels {
      for row in rows {
        let start = (channel * size.height + row) * size.width
        for column in columns {
          output[start + column] = Float(input[start + column - distance]) * scale
        }
      }
    }
  }

  /// The places along an axis that a shift fills from inside the image.
  private func inSight(_ length: Int, _ shift: Int) -> Range<Int> {
    let start = min(max(0, shift), length)
    return start..<max(start, min(length, length + shift))
  }
}
