import Arrays

extension Graph {
  /// Computes only the slices of an element-wise result that are read, each by an instruction of its
  /// own, where slices that have nothing in common are all that is read: whoever reads them can then
  /// be in one loop with what makes them, as the gates of a recurrence are, and nothing is stored.
  package mutating func splitElementwise() {
    var splitter = ElementwiseSplitter(self)
    splitter.run()
    self = splitter.graph
  }
}

private struct ElementwiseSplitter {
  private(set) var graph: Graph
  /// The views through which each value is read.
  private var views: [Set<Layout>]
  /// Whether something else than element-wise instructions needs a value.
  private var isNeededWhole: [Bool]
  /// The value that holds a slice of another.
  private var slices: [Graph.Operand: Graph.Operand] = [:]

  /// More pieces would be many small kernels where they do not join their readers.
  private static let mostSlices = 8

  init(_ graph: Graph) {
    self.graph = graph
    views = Array(repeating: [], count: graph.values.count)
    isNeededWhole = Array(repeating: false, count: graph.values.count)
    for result in graph.results { isNeededWhole[result] = true }
  }

  mutating func run() {
    var reversed: [Graph.Instruction] = []
    reversed.reserveCapacity(graph.instructions.count)
    // Readers come first, so that what was split is seen by what it reads.
    for instruction in graph.instructions.reversed() {
      let pieces = split(instruction) ?? [instruction]
      for piece in pieces { record(piece) }
      reversed += pieces.reversed()
    }
    graph.instructions = reversed.reversed()
    if slices.isEmpty { return }
    for number in graph.instructions.indices {
      for (place, input) in graph.instructions[number].inputs.enumerated() {
        if let slice = slices[input] { graph.instructions[number].inputs[place] = slice }
      }
    }
  }

  private mutating func record(_ instruction: Graph.Instruction) {
    for input in instruction.inputs where input.value < views.count {
      views[input.value].insert(input.layout)
      if !instruction.operation.isElementwise { isNeededWhole[input.value] = true }
    }
    for output in instruction.outputs {
      if let predecessor = output.predecessor { isNeededWhole[predecessor] = true }
    }
  }

  private mutating func split(_ instruction: Graph.Instruction) -> [Graph.Instruction]? {
    guard instruction.operation.isElementwise, let output = instruction.outputs.first,
      graph.isWhole(output), !isNeededWhole[output.value]
    else { return nil }
    let whole = graph.values[output.value].layout
    let read = views[output.value].sorted { $0.offset < $1.offset }
    guard output.layout == whole, !read.isEmpty, read.count <= ElementwiseSplitter.mostSlices
    else { return nil }
    let parts = read.compactMap { $0.slices(of: whole) }
    guard parts.count == read.count, read[0].count < whole.count, Layout.areApart(parts) else {
      return nil
    }
    return zip(read, parts).map { view, part in
      let layout = Layout(contiguous: view.shape)
      let value = graph.addValue(layout, graph.values[output.value].dataType)
      slices[Graph.Operand(output.value, view)] = Graph.Operand(value, layout)
      return Graph.Instruction(
        instruction.operation,
        instruction.inputs.map {
          Graph.Operand($0.value, AxisSlice.layout($0.layout, part))
        }, [Graph.Output(value, layout)])
    }
  }
}

extension Operation {
  /// Whether each element of the result is computed of those at its place in the operands.
  var isElementwise: Bool {
    switch self {
    case .unary, .binary, .compare, .select: true
    default: false
    }
  }
}
