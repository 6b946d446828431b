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
  /// The images of these places as one batch, in this order.
  public func batch(_ places: [Int]) -> Batch { batch(places[...], shifts: []) }

  /// The images of these places as one batch. `shifts` moves each image of the data set; empty, it
  /// moves none.
  package func batch(_ places: ArraySlice<Int>, shifts: [Shift]) -> Batch {
    let shape: Shape = [places.count, size.channels, size.height, size.width]
    let images = Tensor(shape: shape) { (output: UnsafeMutableBufferPointer<Float>) in
      output.initialize(repeating: 0)
      pixels.withUnsafeBufferPointer { input in
        for (number, place) in places.enumerated() {
          copy(
            UnsafeBufferPointer(rebasing: input[pixelRange(place)]),
            into: UnsafeMutableBufferPointer(rebasing: output[pixelRange(number)]),
            shifts.isEmpty ? Shift(down: 0, right: 0) : shifts[place], 1 / Float(brightest))
        }
      }
    }
    let labels = Tensor(places.map { classes[$0] }, shape: [places.count])
    return Batch(images: images, labels: labels, count: places.count)
  }

  /// One image, scaled to 0 … 1; only the rows and columns that a shift fills from inside it.
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
