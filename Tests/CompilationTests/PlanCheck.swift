import Arrays
import Tensors

/// Follows a plan byte by byte: of which value the contents are that memory holds while it runs.
///
/// Each instruction must find in memory what it reads, write inside of the memory that its results
/// have, and not over what it reads unless that is element by element.
struct PlanCheck {
  private enum Region: Hashable { case arena, input(Int), result(Int) }

  private struct Place: Hashable {
    let region: Region
    let offset: Int
  }

  private let plan: Plan
  private let graph: Graph
  /// The value whose contents each byte holds; −1 for none.
  private var owners: [Region: [Int]] = [:]
  private var number = 0
  private var problems: [String] = []

  /// What is wrong in two runs of a plan, and in those of its loops' bodies.
  static func problems(of plan: Plan) -> [String] {
    var check = PlanCheck(plan)
    check.run(leavingOut: [])
    check.keepOnlyKept()
    check.run(leavingOut: Set(plan.keeping.makers.map(\.instruction)))
    let bodies = plan.graph.instructions.flatMap { instruction -> [Graph] in
      switch instruction.operation {
      case .loop(let loop): [loop.body.graph] + (loop.condition.map { [$0.graph] } ?? [])
      case .branch(let branch): [branch.first.graph, branch.second.graph]
      default: []
      }
    }
    return check.problems + bodies.flatMap { problems(of: Plan($0, isPart: true)) }
  }

  private init(_ plan: Plan) {
    self.plan = plan
    graph = plan.graph
    owners[.arena] = Array(repeating: -1, count: plan.memory.arenaBytes)
    for (number, value) in graph.inputs.enumerated() {
      owners[.input(number)] = Array(repeating: value, count: graph.values[value].byteCount)
    }
    for (number, value) in graph.results.enumerated() {
      owners[.result(number)] = Array(repeating: -1, count: graph.values[value].byteCount)
    }
  }

  // MARK: Memory

  private func place(_ value: Int) -> Place? {
    switch plan.memory.places[value] {
    case .input(let number): Place(region: .input(number), offset: 0)
    case .result(let number): Place(region: .result(number), offset: 0)
    case .arena(let offset): Place(region: .arena, offset: offset)
    case .constant, .nowhere: nil
    }
  }

  private mutating func report(_ words: String) {
    let operation = number < graph.instructions.count ? graph.instructions[number].words : "the end"
    problems.append("\(number) (\(operation)): \(words)")
  }

  /// Which value's contents lie where an element of a value does; nil beyond the memory.
  private func owner(_ value: Int, _ element: Int) -> Int? {
    guard let place = place(value), let owners = owners[place.region] else { return nil }
    let size = graph.values[value].dataType.byteCount
    let bytes = place.offset + element * size..<place.offset + (element + 1) * size
    guard bytes.lowerBound >= 0, bytes.upperBound <= owners.count else { return nil }
    return owners[bytes].allSatisfy { $0 == owners[bytes.lowerBound] }
      ? owners[bytes.lowerBound] : -1
  }

  private mutating func setOwner(_ value: Int, _ element: Int) {
    guard let place = place(value), owner(value, element) != nil else {
      return report("writes element \(element) of value \(value), which has no such memory")
    }
    let size = graph.values[value].dataType.byteCount
    for byte in 0..<size { owners[place.region]?[place.offset + element * size + byte] = value }
  }

  private mutating func forget(_ bytes: Range<Int>) {
    for byte in bytes { owners[.arena]?[byte] = -1 }
  }

  private mutating func checkRead(_ value: Int, _ elements: some Sequence<Int>) {
    if case .constant = graph.values[value].origin { return }
    for element in elements {
      let owner = owner(value, element)
      if owner == value { continue }
      let found = owner.map { $0 < 0 ? "nothing" : "value \($0)" } ?? "no memory"
      return report("reads element \(element) of value \(value) and finds \(found)")
    }
  }

  // MARK: Runs

  private mutating func run(leavingOut: Set<Int>) {
    for index in graph.instructions.indices where !leavingOut.contains(index) {
      number = index
      for copy in plan.memory.copies[index] ?? [] { move(copy) }
      let scratch = plan.memory.scratchOffsets[index]
      let scratchBytes = scratch..<scratch + plan.kernels[index].scratchByteCount
      forget(scratchBytes)
      run(graph.instructions[index])
      forget(scratchBytes)
    }
    number = graph.instructions.count
    for commit in plan.memory.commits { checkRead(commit.value, whole(commit.value)) }
    let committed = Set(plan.memory.commits.map(\.result))
    for (number, result) in graph.results.enumerated() where !committed.contains(number) {
      checkRead(result, whole(result))
    }
    for kept in graph.kept { checkRead(kept.renewed ?? kept.value, whole(kept.value)) }
  }

  /// What the next run finds: arguments, and the values that are kept for it.
  private mutating func keepOnlyKept() {
    let next = PlanCheck(plan)
    owners = next.owners
    for kept in graph.kept {
      for element in whole(kept.value) { setOwner(kept.value, element) }
    }
  }

  private func whole(_ value: Int) -> [Int] { graph.values[value].layout.places }

  private mutating func move(_ copy: MemoryPlan.Copy) {
    let (source, destination) = (graph.values[copy.source], graph.values[copy.destination])
    if source.byteCount != destination.byteCount {
      report("value \(copy.destination) starts from value \(copy.source) of another size")
    }
    for element in whole(copy.source) {
      var isConstant = false
      if case .constant = source.origin { isConstant = true }
      if isConstant || owner(copy.source, element) == copy.source {
        setOwner(copy.destination, element)
      }
    }
  }

  private mutating func run(_ instruction: Graph.Instruction) {
    var written: [Int: Set<Int>] = [:]
    var predecessors: [Int: Int] = [:]
    var reads: [Graph.Operand] = []
    for part in parts(of: instruction) {
      for input in part.inputs where read(input, written, predecessors) { reads.append(input) }
      for output in part.outputs {
        if let predecessor = output.predecessor {
          predecessors[output.value] = predecessor
          if part.operation.changesOutput {
            _ = read(Graph.Operand(predecessor, output.layout), written, predecessors)
          }
        }
        written[output.value, default: []].formUnion(output.layout.places)
      }
    }
    var started: Set<Int> = []
    for output in instruction.outputs where started.insert(output.value).inserted {
      if let predecessor = output.predecessor { start(output.value, from: predecessor, reads) }
      write(output, written[output.value] ?? [], reads)
    }
  }

  private func parts(of instruction: Graph.Instruction) -> [Graph.Instruction] {
    guard case .fused(let fusion) = instruction.operation else { return [instruction] }
    guard case .convolution(let convolution) = fusion.kind,
      let arranged = convolution.arrangedWeight
    else { return fusion.instructions }
    return fusion.instructions.map { part in
      var part = part
      if part == convolution.convolution { part.inputs[1] = graph.whole(arranged) }
      return part
    }
  }

  /// Checks what of a view is not made by the instruction itself; whether there is such.
  private mutating func read(
    _ operand: Graph.Operand, _ written: [Int: Set<Int>], _ predecessors: [Int: Int]
  ) -> Bool {
    var elements = Set(operand.layout.places)
    var value = operand.value
    while true {
      elements.subtract(written[value] ?? [])
      if elements.isEmpty { return false }
      guard let predecessor = predecessors[value] else { break }
      value = predecessor
    }
    checkRead(value, elements.sorted())
    return true
  }

  /// What a value begins with: another one's contents, in its place or copied.
  private mutating func start(_ value: Int, from predecessor: Int, _ reads: [Graph.Operand]) {
    if plan.memory.places[value] == plan.memory.places[predecessor] {
      if reads.contains(where: { $0.value == predecessor }) {
        report("changes value \(predecessor) while it is read")
      }
      for element in whole(predecessor) where owner(predecessor, element) == predecessor {
        setOwner(value, element)
      }
    } else if !(plan.memory.copies[number] ?? []).contains(where: {
      $0.source == predecessor && $0.destination == value
    }) {
      report("value \(value) does not start from value \(predecessor)")
    }
  }

  /// Writes elements, each for the first time, and over what is read only element by element.
  private mutating func write(
    _ output: Graph.Output, _ elements: Set<Int>, _ reads: [Graph.Operand]
  ) {
    let value = output.value
    for element in elements.sorted() {
      if let owner = owner(value, element), owner >= 0, owner != value,
        let other = reads.first(where: { $0.value == owner })
      {
        let isInPlace =
          place(owner) == place(value)
          && reads.allSatisfy { $0.value != owner || $0.layout == output.layout }
        if !isInPlace {
          return report("writes value \(value) over value \(other.value), which it reads")
        }
      }
      setOwner(value, element)
    }
  }
}

extension Operation {
  /// Whether it reads what it changes.
  fileprivate var changesOutput: Bool {
    switch self {
    case .addScaled, .put, .putAlongAxis, .adam, .loop: true
    default: false
    }
  }
}

extension Graph.Instruction {
  fileprivate var words: String {
    guard case .fused(let fusion) = operation else { return "\(operation)".prefix(40) + "" }
    return fusion.instructions.map { "\($0.operation)".prefix(20) }.joined(separator: ", ")
  }
}

extension Layout {
  /// Where the elements lie, each once.
  fileprivate var places: [Int] {
    if count == 0 { return [] }
    var places = [offset]
    for axis in shape.indices where strides[axis] != 0 {
      places = places.flatMap { start in
        (0..<shape[axis]).map { start + $0 * self.strides[axis] }
      }
    }
    return places
  }
}
