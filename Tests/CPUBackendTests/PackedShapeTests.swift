import Arrays
import CPUBackend
import Testing

/// Packing and unpacking: nothing is rounded, so that all is exact.
@Suite(.onEveryProcessor) struct PackedShapeTests {
  static let sizes = [
    [1, 1], [3, 5], [4, 32], [17, 33], [130, 70], [5, 1], [0, 4], [4, 0], [2100, 97], [64, 1500],
  ]

  @Test(arguments: sizes) func packsAndUnpacks(_ size: [Int]) {
    let (depth, columns) = (size[0], size[1])
    let shape = PackedShape(depth: depth, columns: columns)
    #expect(shape.byteCount == 4 * shape.panels * shape.depth * shape.panelWidth)
    for isTransposed in [false, true] {
      let stride = (isTransposed ? depth : columns) + 3
      let order: PlainOrder =
        isTransposed ? .transposed(stride: stride) : .rowMajor(stride: stride)
      let source = array(
        Layout(shape: [depth, columns], strides: isTransposed ? [1, stride] : [stride, 1]),
        seed: 4)
      let values = source.elements
      let panels = packed(shape, source, order)
      let width = shape.panelWidth
      for index in panels.indices {
        let (panel, rest) = index.quotientAndRemainder(dividingBy: max(shape.panelStride, 1))
        let (p, j) = (rest / width, panel * width + rest % width)
        let expected = j < columns ? values[p * columns + j] : 0
        if Double(panels[index]) != expected {
          Issue.record("element (\(p), \(j)) is \(panels[index]), not \(expected)")
          return
        }
      }
      var back = [Float](repeating: 9, count: (isTransposed ? columns : depth) * stride)
      panels.withUnsafeBufferPointer { panels in
        back.withUnsafeMutableBufferPointer { back in
          guard let from = panels.baseAddress, let to = back.baseAddress else { return }
          shape.unpack(from, into: to, order)
        }
      }
      let kept = memory(source)
      let length = isTransposed ? depth : columns
      for index in kept.indices where index % stride < length && length > 0 {
        #expect(back[index] == kept[index])
      }
      // The gaps between rows are left alone.
      for index in back.indices where index % stride >= length { #expect(back[index] == 9) }
    }
  }

  @Test(arguments: sizes) func packsWhatIsPackedTransposed(_ size: [Int]) {
    let source = array(Layout(contiguous: [size[0], size[1]]), seed: 5)
    let shape = PackedShape(depth: size[0], columns: size[1])
    let expected = packed(shape, source, .rowMajor(stride: size[1]))
    let transpose = packed(
      PackedShape(depth: size[1], columns: size[0]), source, .transposed(stride: size[1]))
    var found = [Float](repeating: .nan, count: shape.count)
    transpose.withUnsafeBufferPointer { transpose in
      found.withUnsafeMutableBufferPointer { found in
        guard let from = transpose.baseAddress, let to = found.baseAddress else { return }
        shape.pack(transposeOf: from, into: to)
      }
    }
    #expect(found == expected)
  }
}
