import Arrays

extension Graph {
  /// Gathers element-wise instructions and reductions into loops over tiles.
  package mutating func fuseTiles() {
    var fuser = TileFuser(self)
    fuser.run()
    instructions = fuser.fused()
  }
}

private struct TileFuser {
  private let graph: Graph
  private let dependencies: Dependencies
  private let uses: GraphUses
  private var units: Units
  /// The group of each unit; nil for what is no loop over tiles.
  private var groups: [TileGroup?]
  /// For each value the last unit that reads it as a loop.
  private var lastReader: [Int: Int] = [:]
  /// How often each value is read, as a result of the graph too.
  private let readCount: [Int]
  private static let mostWriters = 8
  /// What a loop reads has to wait for it: a sum of many large terms had better be taken as they come.
  private static let mostLarge = 8
  private static let large = 1 << 18

  init(_ graph: Graph) {
    self.graph = graph
    dependencies = Dependencies(graph)
    uses = GraphUses(graph)
    units = Units(dependencies)
    groups = Array(repeating: nil, count: graph.instructions.count)
    var readCount = [Int](repeating: 0, count: graph.values.count)
    for instruction in graph.instructions {
      for value in instruction.reads { readCount[value] += 1 }
    }
    for result in graph.results { readCount[result] += 1 }
    self.readCount = readCount
  }

  mutating func run() {
    for (number, instruction) in graph.instructions.enumerated() {
      guard let member = TileMember(instruction, number, in: graph) else { continue }
      let group = TileGroup(member)
      if group.loop == nil { continue }
      groups[number] = group
      for candidate in candidates(for: instruction, number) {
        merge(candidate, with: units.unit[number])
      }
      for input in instruction.inputs { lastReader[input.value] = number }
    }
  }

  /// The units that an instruction may become a part of: of what it reads, and of what reads the
  /// same.
  private func candidates(for instruction: Instruction, _ number: Int) -> [Int] {
    var found: [Int] = []
    for input in instruction.inputs {
      let writers = dependencies.writers(of: input, before: number)
      // What reads the results of many loops is a loop of its own.
      if writers.count <= TileFuser.mostWriters { found += writers }
    }
    for output in instruction.outputs {
      if let changed = output.predecessor, let writer = dependencies.writer[changed] {
        found.append(writer)
      }
    }
    found.sort(by: >)
    if isLeftToReaders(instruction) { return found }
    for input in instruction.inputs where graph.values[input.value].layout.count > 1 {
      if let reader = lastReader[input.value] { found.append(reader) }
    }
    return found
  }

  /// Whether an element-wise result is read only by loops, which compute it where they read it: in a
  /// loop that merely reads the same it would have to be stored.
  private func isLeftToReaders(_ instruction: Instruction) -> Bool {
    guard let output = instruction.outputs.first, output.predecessor == nil,
      output.layout.count > 1, !instruction.operation.folds, !uses.isResult[output.value],
      uses.successor[output.value] == nil
    else { return false }
    let readers = uses.readers[output.value]
    return !readers.isEmpty
      && readers.allSatisfy { TileMember(graph.instructions[$0], $0, in: graph) != nil }
  }

  private mutating func merge(_ instruction: Int, with other: Int) {
    let unit = units.unit[instruction]
    guard unit != other, let first = groups[unit], let second = groups[other],
      let merged = TileGroup.merged(first, second), units.canMerge(unit, other),
      merged.loop?.changesAgree(isReadOnce: { readCount[$0] == 1 }) == true,
      !readsMuch(merged)
    else { return }
    // The older one is kept, so that the instruction in hand stays where its candidates look.
    units.merge(other, into: unit)
    groups[unit] = merged
    groups[other] = nil
  }

  private func readsMuch(_ group: TileGroup) -> Bool {
    if group.elementCount < TileFuser.large { return false }
    let made = Set(group.members.map(\.output.value))
    let read = Set(group.members.flatMap(\.inputs).map(\.value)).subtracting(made)
    return read.count { graph.values[$0].layout.count >= TileFuser.large } > TileFuser.mostLarge
  }

  /// The instructions in a new order, each group as one.
  func fused() -> [Graph.Instruction] {
    var changed: Set<Int> = []
    for (number, instruction) in graph.instructions.enumerated() {
      for output in instruction.outputs {
        guard let predecessor = output.predecessor else { continue }
        // What is changed in the loop that makes it, each element in its place, is never stored.
        let isOwn =
          dependencies.writer[predecessor].map { units.unit[$0] == units.unit[number] } ?? false
        if !isOwn || !instruction.operation.readsOutput { changed.insert(predecessor) }
      }
    }
    return units.fused(graph, storing: changed) { unit in groups[unit]?.loop.map { .tiles($0) } }
  }

  typealias Instruction = Graph.Instruction
}
