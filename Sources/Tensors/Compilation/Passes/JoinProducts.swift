import Arrays

extension Graph {
  /// A sum of products becomes one product: A₁·B₁ + A₂·B₂ + … = [A₁ A₂ …]·[B₁; B₂; …], as the
  /// weights' gradients of a recurrence are; and a sum of sums over what was stacked for it anyway
  /// becomes one sum, as its biases' gradients are. The terms are added in another order.
  package mutating func joinProducts() {
    let uses = GraphUses(self)
    let trees = SumTree.all(in: self, uses)
    var joiner = ProductJoiner(self, uses)
    for tree in trees { joiner.joinProducts(tree) }
    for tree in trees { joiner.joinSums(tree) }
    self = joiner.joined()
  }
}

private struct ProductJoiner {
  private var graph: Graph
  private let uses: GraphUses
  private var insertions = Insertions()
  private var stacks: [StackKey: Graph.Operand] = [:]

  private struct StackKey: Hashable {
    let parts: [Graph.Operand]
    let axis: Int
  }

  init(_ graph: Graph, _ uses: GraphUses) {
    self.graph = graph
    self.uses = uses
  }

  func joined() -> Graph {
    var graph = graph
    if !insertions.isEmpty { graph.instructions = insertions.applied(to: graph.instructions) }
    return graph
  }

  /// The instruction that wrote a term, all of it and nothing else, which nobody else reads.
  private func source(of term: Graph.Operand) -> Graph.Instruction? {
    let writer = uses.writer[term.value]
    guard writer >= 0, uses.isReadOnce(term.value), term.layout.isContiguous,
      graph.values[term.value].layout.isContiguous,
      graph.coversAll(term.layout, of: term.value)
    else { return nil }
    let instruction = graph.instructions[writer]
    let isUnchanged = instruction.inputs.allSatisfy { uses.successor[$0.value] == nil }
    return isUnchanged && graph.isWhole(instruction.outputs[0]) ? instruction : nil
  }

  /// The instructions that wrote the terms of a sum, as far as they are wanted and their results are
  /// alike; the terms that are others.
  private func sources(
    of tree: SumTree, where isWanted: (Graph.Instruction) -> Bool
  ) -> (found: [Graph.Instruction], others: [Graph.Operand]) {
    var found: [Graph.Instruction] = []
    var others: [Graph.Operand] = []
    for term in tree.terms {
      if let source = source(of: term), isWanted(source), source.resembles(found.first) {
        found.append(source)
      } else {
        others.append(term)
      }
    }
    // Backpropagation meets the last one first; memory has the first one first.
    return (found.reversed(), others)
  }

  mutating func joinProducts(_ tree: SumTree) {
    let (products, others) = sources(of: tree) {
      $0.operation == .matmul(hasBias: false) && $0.outputs[0].layout.rank == 2
    }
    guard products.count > 1, isWorthwhile(products) else { return }
    let left = stack(products.map { $0.inputs[0].transposed }, along: 0).transposed
    let right = stack(products.map { $0.inputs[1] }, along: 0)
    finish(.matmul(hasBias: false), [left, right], products[0].outputs[0].layout, others, tree)
  }

  /// Whether the additions that are saved cost more than stacking.
  private func isWorthwhile(_ products: [Graph.Instruction]) -> Bool {
    let additions = products.reduce(0) { $0 + $1.outputs[0].layout.count }
    let copies = products.reduce(0) { $0 + $1.inputs[0].layout.count + $1.inputs[1].layout.count }
    return additions >= copies
  }

  mutating func joinSums(_ tree: SumTree) {
    let (sums, others) = sources(of: tree) { $0.operation == .reduce(.sum, axes: [0]) }
    let key = StackKey(parts: sums.map { $0.inputs[0] }, axis: 0)
    guard sums.count > 1, let stacked = stacks[key] else { return }
    finish(.reduce(.sum, axes: [0]), [stacked], sums[0].outputs[0].layout, others, tree)
  }

  /// Puts one instruction, and what else the sum adds, in the place of the sum.
  private mutating func finish(
    _ operation: Operation, _ inputs: [Graph.Operand], _ layout: Layout,
    _ others: [Graph.Operand], _ tree: SumTree
  ) {
    let output = graph.instructions[tree.root].outputs[0]
    let dataType = graph.values[output.value].dataType
    var sum = others.isEmpty ? output.value : graph.addValue(output.layout, dataType)
    var made = [Graph.Instruction(operation, inputs, [Graph.Output(sum, layout)])]
    for (number, other) in others.enumerated() {
      let value =
        number == others.count - 1 ? output.value : graph.addValue(output.layout, dataType)
      made.append(
        Graph.Instruction(
          .binary(.add), [Graph.Operand(sum, output.layout), other],
          [Graph.Output(value, output.layout)]))
      sum = value
    }
    insertions.replace(tree.root, by: made)
  }

  /// Matrices one below the other: a view where they lie so, copies otherwise, made once, as soon as
  /// all are there.
  private mutating func stack(_ parts: [Graph.Operand], along axis: Int) -> Graph.Operand {
    let key = StackKey(parts: parts, axis: axis)
    if let known = stacks[key] { return known }
    var shape = parts[0].layout.shape
    shape[axis] = parts.reduce(0) { $0 + $1.layout.shape[axis] }
    let result = adjacent(parts, axis, shape) ?? copied(parts, axis, shape)
    stacks[key] = result
    return result
  }

  private func adjacent(
    _ parts: [Graph.Operand], _ axis: Int, _ shape: Shape
  ) -> Graph.Operand? {
    let first = parts[0]
    var next = first.layout.offset
    for part in parts {
      guard part.value == first.value, part.layout.strides == first.layout.strides,
        part.layout.offset == next
      else { return nil }
      next += part.layout.shape[axis] * part.layout.strides[axis]
    }
    return Graph.Operand(
      first.value,
      Layout(shape: shape, strides: first.layout.strides, offset: first.layout.offset))
  }

  private mutating func copied(
    _ parts: [Graph.Operand], _ axis: Int, _ shape: Shape
  ) -> Graph.Operand {
    let whole = Layout(contiguous: shape)
    let place = parts.reduce(-1) { max($0, uses.writer[$1.value]) }
    var latest: Int?
    var offset = 0
    for part in parts {
      let value = graph.addValue(whole, graph.dataType(part))
      let region = Layout(shape: part.layout.shape, strides: whole.strides, offset: offset)
      insertions.add(
        Graph.Instruction(.copy, [part], [Graph.Output(value, region, after: latest)]),
        after: place)
      latest = value
      offset += part.layout.shape[axis] * whole.strides[axis]
    }
    return Graph.Operand(latest ?? parts[0].value, whole)
  }
}

extension Graph.Instruction {
  /// Whether the result has the shape of another one's.
  fileprivate func resembles(_ other: Graph.Instruction?) -> Bool {
    other.map { $0.outputs[0].layout == outputs[0].layout } ?? true
  }
}

extension Graph.Operand {
  fileprivate var transposed: Graph.Operand {
    Graph.Operand(value, layout.lastAxesExchanged)
  }
}
