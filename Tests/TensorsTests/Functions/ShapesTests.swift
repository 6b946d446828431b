import Arrays
import Tensors
import Testing

/// Views and rearrangements.
@Suite struct ShapesTests {
  @Test(arguments: views + joints + paddings)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let views = table {
    Row("reshape", [3, 2], [1, 2, 3, 4, 5, 6]) { x.reshaped(to: [3, 2]) }
    Row(
      "reshape with −1", [4, 6],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    ) {
      c.reshaped(to: [4, -1])
    }
    Row("reshape to one axis", [6], [1, 4, 2, 5, 3, 6]) { x.transposed().reshaped(to: [-1]) }
    Row(
      "reshape of a transpose", [2, 12],
      [0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23]
    ) {
      c.permuted(2, 0, 1).reshaped(to: [2, 12])
    }
    Row(
      "reshape that cuts a transposed axis", [3, 2, 2, 2],
      [0, 1, 2, 3, 12, 13, 14, 15, 4, 5, 6, 7, 16, 17, 18, 19, 8, 9, 10, 11, 20, 21, 22, 23]
    ) {
      c.transposed(0, 1).reshaped(to: [3, 2, 2, 2])
    }
    Row("reshape of a slice", [3, 4], [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22]) {
      c[.ellipsis, 1..<3].reshaped(to: [3, 4])
    }
    Row("reshape of an expansion", [8], [1, 2, 3, 4, 1, 2, 3, 4]) {
      line.expanded(to: [2, 4]).reshaped(to: [8])
    }
    Row(
      "flattened", [2, 12],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    ) {
      c.flattened()
    }
    Row(
      "flattened from 0", [24],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    ) {
      c.flattened(from: 0)
    }
    Row(
      "flattened from the last", [2, 3, 4],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    ) {
      c.flattened(from: -1)
    }
    Row("flattened from beyond", [4, 1], [1, 2, 3, 4]) { line.flattened() }
    Row(
      "transposed", [4, 3, 2],
      [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23]
    ) {
      c.transposed()
    }
    Row(
      "transposed axes", [4, 3, 2],
      [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23]
    ) {
      c.transposed(0, -1)
    }
    Row(
      "permuted", [3, 4, 2],
      [0, 12, 1, 13, 2, 14, 3, 15, 4, 16, 5, 17, 6, 18, 7, 19, 8, 20, 9, 21, 10, 22, 11, 23]
    ) {
      c.permuted(1, 2, 0)
    }
    Row(
      "permuted from the end", [4, 2, 3],
      [0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23]
    ) {
      c.permuted(-1, 0, 1)
    }
    Row("expanded", [2, 2, 3], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]) {
      x.unsqueezed(1).expanded(to: [2, 2, 3])
    }
    Row("expanded in front", [2, 4], [1, 2, 3, 4, 1, 2, 3, 4]) { line.expanded(to: [2, 4]) }
    Row("squeezed", [2, 3], [1, 2, 3, 4, 5, 6]) { x.reshaped(to: [1, 2, 1, 3]).squeezed() }
    Row("squeezed axis", [2, 3], [1, 2, 3, 4, 5, 6]) { x.reshaped(to: [2, 1, 3]).squeezed(1) }
    Row("squeezed from the end", [1, 2, 3], [1, 2, 3, 4, 5, 6]) {
      x.reshaped(to: [1, 2, 3, 1]).squeezed(-1)
    }
    Row("unsqueezed", [2, 3, 1], [1, 2, 3, 4, 5, 6]) { x.unsqueezed(-1) }
    Row("unsqueezed in front", [1, 2, 3], [1, 2, 3, 4, 5, 6]) { x.unsqueezed(0) }
    Row("prefix", [2, 2, 4], [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19]) {
      c.prefix(2, along: 1)
    }
    Row("suffix", [2, 3, 3], [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23]) {
      c.suffix(3, along: -1)
    }
    Row("slice", [2, 3, 2], [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22]) {
      c.slice(1..<3, along: 2)
    }
    Row("flipped", [2, 3], [4, 5, 6, 1, 2, 3]) { x.flipped(0) }
    Row(
      "flipped twice", [2, 3, 4],
      [15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8]
    ) {
      c.flipped(0, -1)
    }
  }

  static let joints = table {
    Row("concatenate", [4, 3], [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]) {
      concatenate([x, x * 10])
    }
    Row("concatenate along −1", [2, 7], [1, 2, 3, 1, 1, 2, 3, 4, 5, 6, 4, 4, 5, 6]) {
      concatenate([x, x.prefix(1, along: 1), x], along: -1)
    }
    Row("concatenate one", [2, 3], [1, 2, 3, 4, 5, 6]) { concatenate([x]) }
    Row("stack", [2, 2, 3], [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]) { stack([x, -x]) }
    Row("stack along the last", [2, 3, 2], [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]) {
      stack([x, -x], along: -1)
    }
    Row("split", [2, 3], [3, 2, 1, 6, 5, 4]) {
      concatenate(x.split(into: 3, along: 1).reversed(), along: 1)
    }
    Row(
      "second of parts", [2, 3, 3],
      [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23]
    ) {
      c.split(lengths: [1, 3], along: 2)[1]
    }
    Row("rolled", [4], [4, 1, 2, 3]) { line.rolled(by: 1, along: 0) }
    Row("rolled back", [2, 3], [2, 3, 1, 5, 6, 4]) { x.rolled(by: -1, along: 1) }
    Row("rolled around", [4], [4, 1, 2, 3]) { line.rolled(by: 9, along: 0) }
    Row("rolled by its length", [2, 3], [1, 2, 3, 4, 5, 6]) { x.rolled(by: 3, along: 1) }
    Row("tiled", [4, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]) { x.tiled(2, 1) }
    Row("tiled along the last", [2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]) { x.tiled(2) }
    Row("tiled to more axes", [2, 1, 8], [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]) {
      line.tiled(2, 1, 2)
    }
  }

  static let paddings = table {
    Row("zeros", [3, 5], [0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0]) {
      x.padded([(1, 0), (0, 2)])
    }
    Row(
      "constant", [5, 6],
      [
        -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, -1, -1, -1, 4, 5, 6, -1, -1, -1, -1, -1, -1, -1,
        -1,
        -1, -1, -1, -1, -1,
      ]
    ) {
      x.padded([(1, 2), (2, 1)], mode: .constant(-1))
    }
    Row(
      "edge", [5, 6],
      [1, 1, 1, 2, 3, 3, 1, 1, 1, 2, 3, 3, 4, 4, 4, 5, 6, 6, 4, 4, 4, 5, 6, 6, 4, 4, 4, 5, 6, 6]
    ) {
      x.padded([(1, 2), (2, 1)], mode: .edge)
    }
    Row(
      "reflect", [4, 6],
      [6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2]
    ) {
      x.padded([(1, 1), (2, 1)], mode: .reflect)
    }
    Row("reflect farther than the axis", [16], [2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3]) {
      line.padded([(5, 7)], mode: .reflect)
    }
    Row(
      "circular", [5, 6],
      [5, 6, 4, 5, 6, 4, 2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4, 2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4]
    ) {
      x.padded([(1, 2), (2, 1)], mode: .circular)
    }
    Row(
      "circular farther than the axis", [18],
      [4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1]
    ) {
      line.padded([(5, 9)], mode: .circular)
    }
    Row("no width", [2, 3], [1, 2, 3, 4, 5, 6]) { x.padded([(0, 0), (0, 0)], mode: .edge) }
  }

  private static let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
  private static let c = Tensor.range(0..<24, .float32).reshaped(to: [2, 3, 4])
  private static let line: Tensor = [1, 2, 3, 4]
}
