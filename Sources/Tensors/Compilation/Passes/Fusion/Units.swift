import Arrays

/// Instructions gathered in units that run as one each, such that the units can run in some order.
package struct Units {
  private let dependencies: Dependencies
  /// The unit of each instruction.
  private(set) var unit: [Int]
  /// The instructions of each unit, ascending; empty where it became a part of another.
  private(set) var members: [[Int]]
  /// For each instruction the last one of any unit that has an instruction no later than it: what a
  /// unit needs, by way of others, comes no later than that.
  private var horizon: [Int]

  package init(_ dependencies: Dependencies) {
    self.dependencies = dependencies
    unit = Array(dependencies.before.indices)
    members = unit.map { [$0] }
    horizon = unit
  }

  /// Whether two units may become one: whether neither needs the other by way of a third.
  package func canMerge(_ a: Int, _ b: Int) -> Bool {
    !reaches(from: a, to: b) && !reaches(from: b, to: a)
  }

  /// Whether unit `last` needs unit `first` by way of another unit.
  private func reaches(from first: Int, to last: Int) -> Bool {
    guard let oldest = members[first].first else { return false }
    var visited: Set<Int> = [first, last]
    var pending: [Int] = []
    func visit(needsOf unit: Int, direct: Bool) -> Bool {
      for instruction in members[unit] {
        for needed in dependencies.before[instruction] {
          let other = self.unit[needed]
          if other == first && !direct { return true }
          guard !visited.contains(other), let latest = members[other].last,
            horizon[latest] >= oldest
          else { continue }
          visited.insert(other)
          pending.append(other)
        }
      }
      return false
    }
    if visit(needsOf: last, direct: true) { return true }
    while let unit = pending.popLast() {
      if visit(needsOf: unit, direct: false) { return true }
    }
    return false
  }

  /// Makes unit `b` a part of unit `a`.
  package mutating func merge(_ b: Int, into a: Int) {
    for instruction in members[b] { unit[instruction] = a }
    members[a] = (members[a] + members[b]).sorted()
    members[b] = []
    guard let first = members[a].first, let last = members[a].last else { return }
    var instruction = first
    while instruction < last, horizon[instruction] < last {
      horizon[instruction] = last
      instruction += 1
    }
  }

  /// What the instructions of a unit read of others, each view once: also of values of which they
  /// write other parts themselves.
  func outerInputs(of unit: Int, in graph: Graph) -> [Graph.Operand] {
    let written = Set(members[unit].flatMap { graph.instructions[$0].outputs.map(\.value) })
    var seen: Set<Graph.Operand> = []
    return members[unit].flatMap { number in
      graph.instructions[number].inputs.filter { input in
        let isOuter =
          !written.contains(input.value)
          || dependencies.writers(of: input, before: number).contains { self.unit[$0] != unit }
        return isOuter && seen.insert(input).inserted
      }
    }
  }

  /// The units in an order in which they can run: each as early as its last instruction came, or
  /// as soon after as it can.
  package func order() -> [Int] {
    var waiting = [Int](repeating: 0, count: members.count)
    var after = [[Int]](repeating: [], count: members.count)
    for unit in members.indices where !members[unit].isEmpty {
      var needed: Set<Int> = []
      for instruction in members[unit] {
        for other in dependencies.before[instruction] { needed.insert(self.unit[other]) }
      }
      needed.remove(unit)
      waiting[unit] = needed.count
      for other in needed { after[other].append(unit) }
    }
    var ready = Heap(members.indices.filter { !members[$0].isEmpty && waiting[$0] == 0 }) {
      (members[$0].last ?? 0) < (members[$1].last ?? 0)
    }
    var order: [Int] = []
    while let unit = ready.popFirst() {
      order.append(unit)
      for next in after[unit] {
        waiting[next] -= 1
        if waiting[next] == 0 { ready.insert(next) }
      }
    }
    if order.count != members.count(where: { !$0.isEmpty }) {
      stop("compile: fused instructions need each other in a circle")
    }
    return order
  }
}

/// A binary heap: gives the first by an order.
private struct Heap {
  private var items: [Int] = []
  private let precedes: (Int, Int) -> Bool

  init(_ items: [Int], by precedes: @escaping (Int, Int) -> Bool) {
    self.precedes = precedes
    for item in items { insert(item) }
  }

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, precedes(items[child], items[(child - 1) / 2]) {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let result = items.first, let last = items.popLast() else { return nil }
    if items.isEmpty { return result }
    items[0] = last
    var parent = 0
    while true {
      let first = min(2 * parent + 1, items.count)
      let children = first..<min(first + 2, items.count)
      guard let least = children.min(by: { precedes(items[$0], items[$1]) }),
        precedes(items[least], items[parent])
      else { return result }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
