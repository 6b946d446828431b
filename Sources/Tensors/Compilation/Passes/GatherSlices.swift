import Arrays

extension Graph {
  /// Writes the cotangents of slices into one value, where they were zeros with something in them
  /// that were added up: time and memory in proportion to the slices, not to their number squared.
  ///
  /// The sum of +0 and −0 is +0; what is only written stays −0, which equals it.
  package mutating func gatherSlices() {
    let uses = GraphUses(self)
    var insertions = Insertions()
    for tree in SumTree.all(in: self, uses) {
      var parts: [SlicePart] = []
      var others: [Operand] = []
      for term in tree.terms {
        if let part = SlicePart(term, in: self, uses) {
          parts.append(part)
        } else {
          others.append(term)
        }
      }
      let chosen = SlicePart.disjoint(parts)
      if chosen.kept.count < 2 { continue }
      others += chosen.overlapping.map(\.term)
      insertions.replace(tree.root, by: gather(chosen.kept, others, tree))
    }
    if !insertions.isEmpty { instructions = insertions.applied(to: instructions) }
  }

  private mutating func gather(
    _ parts: [SlicePart], _ others: [Operand], _ tree: SumTree
  ) -> [Instruction] {
    let output = instructions[tree.root].outputs[0]
    let dataType = values[output.value].dataType
    let whole = values[output.value].layout
    var made: [Instruction] = []
    var latest: Int?
    if parts.reduce(0, { $0 + $1.region.count }) < whole.count {
      let zeros = addValue(whole, dataType)
      made.append(Instruction(.fill(0), [], [Output(zeros, whole)]))
      latest = zeros
    }
    for (number, part) in parts.enumerated() {
      let isLast = number == parts.count - 1 && others.isEmpty
      let value = isLast ? output.value : addValue(whole, dataType)
      made.append(
        Instruction(.copy, [part.source], [Output(value, part.region, after: latest)]))
      latest = value
    }
    for (number, other) in others.enumerated() {
      guard let sum = latest else { break }
      let value = number == others.count - 1 ? output.value : addValue(whole, dataType)
      made.append(
        Instruction(
          .binary(.add), [Operand(sum, output.layout), other], [Output(value, output.layout)]))
      latest = value
    }
    return made
  }
}

/// A term that is zero but for one slice.
private struct SlicePart {
  let term: Graph.Operand
  /// What stands in the slice.
  let source: Graph.Operand
  /// Where it stands.
  let region: Layout
  /// The slice's first and last index on each axis.
  let bounds: [ClosedRange<Int>]

  init?(_ term: Graph.Operand, in graph: Graph, _ uses: GraphUses) {
    let writer = uses.writer[term.value]
    guard writer >= 0, uses.isReadOnce(term.value) else { return nil }
    let insert = graph.instructions[writer]
    let whole = graph.values[term.value].layout
    guard insert.operation == .copy, let zeros = insert.outputs[0].predecessor,
      uses.readers[zeros].isEmpty, uses.writer[zeros] >= 0, !uses.isResult[zeros],
      whole.isContiguous, term.layout == whole
    else { return nil }
    let fill = graph.instructions[uses.writer[zeros]]
    let isUnchanged = uses.successor[insert.inputs[0].value] == nil
    guard fill.operation == .fill(0), graph.isWhole(fill.outputs[0]), isUnchanged,
      let slices = insert.outputs[0].layout.slices(of: whole)
    else { return nil }
    self.term = term
    source = insert.inputs[0]
    region = insert.outputs[0].layout
    bounds = slices.map(\.range)
  }

  /// As many slices as lie apart along one axis, in its order, and the others.
  static func disjoint(
    _ parts: [SlicePart]
  ) -> (kept: [SlicePart], overlapping: [SlicePart]) {
    var best: (kept: [SlicePart], overlapping: [SlicePart]) = ([], parts)
    for axis in 0..<(parts.first?.bounds.count ?? 0) {
      var split: (kept: [SlicePart], overlapping: [SlicePart]) = ([], [])
      for part in parts.sorted(by: { $0.bounds[axis].lowerBound < $1.bounds[axis].lowerBound }) {
        if let last = split.kept.last, last.bounds[axis].upperBound >= part.bounds[axis].lowerBound
        {
          split.overlapping.append(part)
        } else {
          split.kept.append(part)
        }
      }
      if split.kept.count > best.kept.count { best = split }
    }
    return best
  }
}
