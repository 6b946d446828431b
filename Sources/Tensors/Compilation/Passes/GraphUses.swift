import Arrays

/// Who writes and who reads each value of a graph.
struct GraphUses {
  /// The instruction that writes a value; −1 for arguments and constants.
  private(set) var writer: [Int]
  /// The instructions that read a value as an operand, ascending; one that reads it twice stands
  /// twice.
  private(set) var readers: [[Int]]
  /// The instruction whose output starts from a value's contents and overwrites them.
  private(set) var successor: [Int?]
  private(set) var isResult: [Bool]

  init(_ graph: Graph) {
    writer = Array(repeating: -1, count: graph.values.count)
    readers = Array(repeating: [], count: graph.values.count)
    successor = Array(repeating: nil, count: graph.values.count)
    isResult = Array(repeating: false, count: graph.values.count)
    for (number, instruction) in graph.instructions.enumerated() {
      for input in instruction.inputs { readers[input.value].append(number) }
      for output in instruction.outputs {
        writer[output.value] = number
        if let predecessor = output.predecessor { successor[predecessor] = number }
      }
    }
    for result in graph.results { isResult[result] = true }
  }

  /// Whether one instruction reads a value, once, and nobody else needs it.
  func isReadOnce(_ value: Int) -> Bool {
    readers[value].count == 1 && successor[value] == nil && !isResult[value]
  }
}

extension Graph {
  /// Whether an output is all of its value, and nothing of what was there before remains.
  func isWhole(_ output: Output) -> Bool {
    output.predecessor == nil && coversAll(output.layout, of: output.value)
  }

  /// Whether a view shows every element of a value exactly once.
  func coversAll(_ layout: Layout, of value: Int) -> Bool {
    let whole = values[value].layout
    if layout == whole { return true }
    if layout.count != whole.count || layout.offset != 0 { return false }
    return layout.isDense && whole.isDense || layout.runs == whole.runs
  }
}

extension Layout {
  /// The axes in memory as few as can be, the innermost first: those that lie in one another
  /// without a gap are one.
  fileprivate var runs: [SIMD2<Int>] {
    var runs: [SIMD2<Int>] = []
    let axes = shape.indices.filter { shape[$0] != 1 }.sorted { strides[$0] < strides[$1] }
    for axis in axes {
      if let last = runs.last, strides[axis] == last.x * last.y {
        runs[runs.count - 1].x *= shape[axis]
      } else {
        runs.append([shape[axis], strides[axis]])
      }
    }
    return runs
  }
}
