import Arrays

/// Who writes which part of the values that have several writers.
struct PartWriters {
  private struct Part {
    let writer: Int
    let layout: Layout
    let reach: ClosedRange<Int>
  }

  /// The parts of each such value by where they begin.
  private var parts: [Int: [Part]] = [:]
  /// How far any of the parts up to each one reaches.
  private var reach: [Int: [Int]] = [:]
  private let wholes: [Int: Layout]

  init(_ graph: Graph) {
    var writers = [Int](repeating: 0, count: graph.values.count)
    for instruction in graph.instructions {
      for output in instruction.outputs { writers[output.value] += 1 }
    }
    var wholes: [Int: Layout] = [:]
    for (number, instruction) in graph.instructions.enumerated() {
      for output in instruction.outputs where writers[output.value] > 1 {
        guard let reach = output.layout.reach else { continue }
        wholes[output.value] = graph.values[output.value].layout
        parts[output.value, default: []].append(
          Part(writer: number, layout: output.layout, reach: reach))
      }
    }
    self.wholes = wholes
    for value in parts.keys {
      parts[value]?.sort { $0.reach.lowerBound < $1.reach.lowerBound }
      var top = -1
      reach[value] = parts[value]?.map { part in
        top = max(top, part.reach.upperBound)
        return top
      }
    }
  }

  /// The instructions that write what instruction `reader` sees of a value; nil where it has one
  /// writer. Where it is not plain to see that parts have nothing in common, they count as read.
  func callAsFunction(_ operand: Graph.Operand, before reader: Int) -> [Int]? {
    guard let parts = parts[operand.value], let tops = reach[operand.value],
      let whole = wholes[operand.value]
    else { return nil }
    guard let range = operand.layout.reach else { return [] }
    var (low, high) = (0, tops.count)
    while low < high {
      let middle = (low + high) / 2
      if tops[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    let region = operand.layout.slices(of: whole)
    var writers: [Int] = []
    while low < parts.count, parts[low].reach.lowerBound <= range.upperBound {
      let part = parts[low]
      low += 1
      if part.writer >= reader || !part.reach.overlaps(range) { continue }
      if let region, let slices = part.layout.slices(of: whole), Layout.areApart([region, slices]) {
        continue
      }
      writers.append(part.writer)
    }
    return writers
  }
}
