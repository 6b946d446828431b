import Arrays

extension Graph {
  /// Lets instructions write straight into slices of larger values, where their results were made
  /// first and then copied there: the steps of a recurrence into the stack of all steps, the
  /// cotangents of slices into that of the whole.
  ///
  /// A value that is filled by copies into slices which have nothing in common becomes one value of
  /// several writers, in any order. What was copied, in slices or whole, becomes a view of where it
  /// was copied to, for all its readers; a second value of the same slices at the same distances
  /// becomes a view of the first.
  package mutating func writeParts() {
    var writer = PartWriter(self)
    for stack in writer.stacks() { writer.join(stack) }
    self = writer.joined()
  }
}

private struct PartWriter {
  private var graph: Graph
  private let uses: GraphUses
  /// The instructions that read each value, those that read views of it in another's place too.
  private var readers: [[Int]]
  /// The instructions that write the parts of a value that has several writers.
  private var parts: [Int: [Int]] = [:]
  private var isDropped: [Bool]

  init(_ graph: Graph) {
    self.graph = graph
    uses = GraphUses(graph)
    readers = uses.readers
    isDropped = Array(repeating: false, count: graph.instructions.count)
  }

  func joined() -> Graph {
    var graph = graph
    let copies = earlyCopies
    let isEarly = Set(copies.values.joined())
    graph.instructions = graph.instructions.indices.flatMap { number -> [Graph.Instruction] in
      let own = isDropped[number] || isEarly.contains(number) ? [] : [number]
      return (own + (copies[number] ?? [])).map { graph.instructions[$0] }
    }
    return graph
  }

  /// The copies into parts of values that need not wait, by the instruction that makes what they
  /// copy: done at once, what is larger than the part has not to be kept until all parts are there.
  private var earlyCopies: [Int: [Int]] {
    let writers = Dictionary(
      graph.instructions.enumerated().filter { !isDropped[$0.offset] }.flatMap { number, other in
        other.outputs.map { ($0.value, [number]) }
      }, uniquingKeysWith: +)
    var copies: [Int: [Int]] = [:]
    for number in Set(parts.values.joined()).sorted() where !isDropped[number] {
      let copy = graph.instructions[number]
      guard copy.operation == .copy, copy.outputs[0].predecessor == nil,
        let source = writers[copy.inputs[0].value], source.count == 1, source[0] < number,
        parts[copy.inputs[0].value] == nil, uses.successor[copy.inputs[0].value] == nil
      else { continue }
      copies[source[0], default: []].append(number)
    }
    return copies
  }

  // MARK: Stacks

  /// Copies into slices of one value, `value`, in order, or one copy into all of it.
  struct Stack {
    var value: Int
    var copies: [Int]
  }

  func stacks() -> [Stack] {
    graph.instructions.indices.compactMap { number in
      guard let first = insert(number), first.predecessor == nil else { return nil }
      var stack = Stack(value: first.value, copies: [number])
      while !graph.isWhole(first), let next = uses.successor[stack.value],
        let output = insert(next), readers[stack.value].isEmpty, !uses.isResult[stack.value]
      {
        stack.copies.append(next)
        stack.value = output.value
      }
      guard uses.successor[stack.value] == nil else { return nil }
      if graph.isWhole(first) { return stack }
      let whole = graph.values[stack.value].layout
      let regions = stack.copies.compactMap {
        graph.instructions[$0].outputs[0].layout.slices(of: whole)
      }
      return regions.count == stack.copies.count && Layout.areApart(regions) ? stack : nil
    }
  }

  /// What a copy writes, a value or a part of one.
  private func insert(_ number: Int) -> Graph.Output? {
    let instruction = graph.instructions[number]
    guard instruction.operation == .copy else { return nil }
    let output = instruction.outputs[0]
    guard graph.values[output.value].layout.isContiguous,
      output.predecessor == nil || !graph.coversAll(output.layout, of: output.value),
      instruction.inputs[0].value != output.predecessor
    else { return nil }
    return output
  }

  mutating func join(_ stack: Stack) {
    if makeView(stack) { return }
    parts[stack.value] = stack.copies
    for copy in stack.copies {
      let region = graph.instructions[copy].outputs[0].layout
      graph.instructions[copy].outputs[0] = Graph.Output(stack.value, region)
    }
    for copy in stack.copies { place(copy) }
  }

  // MARK: Writing in place

  /// Makes what a copy copies a view of where it is copied to, if that is possible.
  private mutating func place(_ copy: Int) {
    let (input, output) = (graph.instructions[copy].inputs[0], graph.instructions[copy].outputs[0])
    let source = input.value
    guard source != output.value, !uses.isResult[source], uses.successor[source] == nil,
      graph.values[source].dataType == graph.values[output.value].dataType,
      graph.coversAll(input.layout, of: source), graph.values[source].layout.isContiguous
    else { return }
    func moved(_ layout: Layout) -> Layout? {
      layout.moved(from: input.layout, to: output.layout)
    }
    let writers = parts[source] ?? [uses.writer[source]]
    let canWrite = writers.allSatisfy { number in
      guard number >= 0 else { return false }
      let instruction = graph.instructions[number]
      return instruction.outputs.allSatisfy { written in
        let isPart = parts[source] != nil || graph.isWhole(written)
        return written.value == source && isPart
          && (moved(written.layout).map {
            instruction.operation.writes(
              into: $0, insteadOf: written.layout,
              ofAll: graph.coversAll(output.layout, of: output.value))
          } ?? false)
      }
    }
    guard canWrite, canRead(source, except: copy, moved) else { return }
    isDropped[copy] = true
    for number in writers {
      for place in graph.instructions[number].outputs.indices {
        guard let layout = moved(graph.instructions[number].outputs[place].layout) else { continue }
        graph.instructions[number].outputs[place] = Graph.Output(output.value, layout)
      }
    }
    parts[output.value] = (parts[output.value] ?? []).filter { $0 != copy } + writers
    parts[source] = nil
    redirect(source, to: output.value, moved)
  }

  /// Whether all readers of a value can read it in another place.
  private func canRead(
    _ value: Int, except copy: Int? = nil, _ moved: (Layout) -> Layout?
  ) -> Bool {
    readers[value].allSatisfy { reader in
      if reader == copy || isDropped[reader] { return true }
      let instruction = graph.instructions[reader]
      if instruction.operation.isFused { return false }
      return instruction.inputs.enumerated().allSatisfy { place, input in
        guard input.value == value else { return true }
        guard let layout = moved(input.layout) else { return false }
        return instruction.operation.accepts(layout, at: place, for: input.layout)
      }
    }
  }

  private mutating func redirect(_ value: Int, to other: Int, _ moved: (Layout) -> Layout?) {
    for reader in readers[value] where !isDropped[reader] {
      for (place, input) in graph.instructions[reader].inputs.enumerated() {
        guard input.value == value, let layout = moved(input.layout) else { continue }
        graph.instructions[reader].inputs[place] = Graph.Operand(other, layout)
      }
    }
    readers[other] += readers[value]
    readers[value] = []
  }

  // MARK: Views

  /// Makes a value a view of another one whose parts, all but perhaps the last ones, are copied to
  /// it in the order in which they lie. Where there are such last ones the other grows.
  private mutating func makeView(_ stack: Stack) -> Bool {
    let copies = stack.copies.map { graph.instructions[$0] }
    guard !uses.isResult[stack.value],
      let shared = copies.first(where: { parts[$0.inputs[0].value] != nil }),
      let distance = distance(shared)
    else { return false }
    let other = shared.inputs[0].value
    let end = graph.values[other].layout.count
    var added: [Int] = []
    var top = end
    for (number, copy) in zip(stack.copies, copies) {
      if copy.inputs[0].value == other {
        if self.distance(copy) != distance { return false }
        continue
      }
      let region = copy.outputs[0].layout
      let start = region.offset + distance
      guard region.isContiguousFromOffset, start >= end, !uses.isResult[other] else { return false }
      top = max(top, start + region.count)
      added.append(number)
    }
    guard added.count < copies.count, distance >= 0 else { return false }
    func moved(_ layout: Layout) -> Layout? {
      Layout(shape: layout.shape, strides: layout.strides, offset: layout.offset + distance)
    }
    guard canRead(stack.value, moved), grow(other, to: top) else { return false }
    for copy in stack.copies where !added.contains(copy) { isDropped[copy] = true }
    redirect(stack.value, to: other, moved)
    for copy in added {
      let region = graph.instructions[copy].outputs[0].layout
      guard let layout = moved(region) else { continue }
      graph.instructions[copy].outputs[0] = Graph.Output(other, layout)
      parts[other, default: []].append(copy)
      place(copy)
    }
    return true
  }

  /// How much further what a copy reads lies in its value than what it writes; nil where the two are
  /// not the same in memory.
  private func distance(_ copy: Graph.Instruction) -> Int? {
    let (from, to) = (copy.inputs[0], copy.outputs[0])
    guard from.layout.hasSameStrides(as: to.layout),
      graph.values[from.value].dataType == graph.values[to.value].dataType
    else { return nil }
    return from.layout.offset - to.layout.offset
  }

  /// Makes room for so many elements at the end of a value.
  private mutating func grow(_ value: Int, to count: Int) -> Bool {
    let whole = graph.values[value].layout
    if count <= whole.count { return true }
    guard whole.rank > 0, whole.isContiguous, whole.count > 0 else { return false }
    let row = whole.count / whole.shape[0]
    var shape = whole.shape
    shape[0] = (count + row - 1) / row
    graph.values[value].layout = Layout(contiguous: shape)
    return true
  }
}

extension Operation {
  /// Whether the instruction holds others, which name values themselves.
  fileprivate var isFused: Bool { if case .fused = self { true } else { false } }

  /// Whether a kernel writes its result to another place as fast, in the same order. Products and
  /// whatever else needs its result in one piece write the whole of a value only.
  fileprivate func writes(
    into layout: Layout, insteadOf present: Layout, ofAll isAll: Bool
  ) -> Bool {
    switch self {
    case .fused: return false
    case .unary, .binary, .compare, .select, .copy:
      let isSame = layout.hasSameStrides(as: present) || layout.keepsOrder && present.keepsOrder
      return isSame && (layout.count == 1 || layout.hasConsecutiveElements)
    case .batchedProduct: return layout.hasPlainRows
    default: return isAll && layout.isContiguous && present.isContiguous
    }
  }
}

extension Layout {
  /// Whether elements that differ in one index lie side by side.
  fileprivate var hasConsecutiveElements: Bool {
    shape.indices.contains { strides[$0] == 1 && shape[$0] > 1 }
  }
}
