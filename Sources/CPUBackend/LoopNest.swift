/// Loops over some axes of an array, innermost first, with the steps they take in the input and
/// the output.
struct LoopNest {
  private var loops: [(length: Int, stride: Int, outputStride: Int)] = []
  private(set) var count = 1

  /// No loop at all: one pass.
  static var single: LoopNest { LoopNest() }

  private init() {}

  init(length: Int, stride: Int, outputStride: Int) {
    enclose(length: length, stride: stride, outputStride: outputStride)
  }

  var isSingle: Bool { loops.isEmpty }

  /// Whether every pass begins at the same place of the input.
  var isConstant: Bool { loops.allSatisfy { $0.stride == 0 } }

  /// Puts one more loop around the others, or lengthens the outermost where it continues it.
  mutating func enclose(length: Int, stride: Int, outputStride: Int) {
    count *= length
    if let last = loops.last, stride == last.stride * last.length,
      outputStride == last.outputStride * last.length
    {
      loops[loops.count - 1].length *= length
    } else {
      loops.append((length, stride, outputStride))
    }
  }

  /// Takes the innermost loop away; one pass where there is none.
  mutating func removeInnermost() -> (length: Int, stride: Int) {
    if loops.isEmpty { return (1, 0) }
    let loop = loops.removeFirst()
    count /= max(loop.length, 1)
    return (loop.length, loop.stride)
  }

  /// Where pass `index` (innermost fastest) begins.
  @inline(__always)
  func offsets(_ index: Int) -> (input: Int, output: Int) {
    var rest = index, input = 0, output = 0
    for loop in loops {
      let position = rest % loop.length
      rest /= loop.length
      input += position * loop.stride
      output += position * loop.outputStride
    }
    return (input, output)
  }
}
