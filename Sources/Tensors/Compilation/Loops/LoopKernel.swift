import Arrays

/// Runs the plan of a loop's body once a step, on the carry where the loop's result lies, and on
/// slices of the sequences and of the stacked outputs.
final class LoopKernel: PlanKernel, @unchecked Sendable {
  /// A sequence or a stacked output: where its slices lie.
  private struct Slices {
    let value: Int
    let offset: Int
    let step: Int

    init(_ value: Int, _ layout: Layout, byteCount: Int) {
      self.value = value
      offset = layout.offset * byteCount
      step = layout.strides[0] * byteCount
    }
  }

  private let loop: Loop
  private let body: Plan
  private let condition: Plan?
  private let count: Int?
  private let carry: [Int]
  private let elements: [Slices]
  private let outputs: [Slices]
  private let bodyCaptures: [Int]
  private let conditionCaptures: [Int]
  private let stepsMade: Int?
  private let outputBytes: [Int]
  private var memory: (body: PlanMemory, condition: PlanMemory?)?

  init(_ loop: Loop, _ instruction: Graph.Instruction, in graph: Graph) {
    self.loop = loop
    body = Plan(loop.body.graph, isPart: true)
    condition = loop.condition.map { Plan($0.graph, isPart: true) }
    var inputs = instruction.inputs[...]
    func take(_ count: Int) -> [Graph.Operand] {
      defer { inputs = inputs.dropFirst(count) }
      return Array(inputs.prefix(count))
    }
    func slices(_ value: Int, _ layout: Layout) -> Slices {
      Slices(value, layout, byteCount: graph.values[value].dataType.byteCount)
    }
    count = take(loop.isCounted ? 1 : 0).first?.value
    elements = take(loop.elementCount).map { slices($0.value, $0.layout) }
    bodyCaptures = take(loop.body.captured.count).map(\.value)
    conditionCaptures = inputs.map(\.value)
    carry = instruction.outputs.prefix(loop.carryCount).map(\.value)
    let stacked = instruction.outputs.dropFirst(loop.carryCount).prefix(loop.outputCount)
    outputs = stacked.map { slices($0.value, $0.layout) }
    outputBytes = stacked.map { $0.layout.count * graph.values[$0.value].dataType.byteCount }
    stepsMade = loop.condition == nil ? nil : instruction.outputs.last?.value
  }

  private init(_ other: LoopKernel) {
    loop = other.loop
    body = other.body
    condition = other.condition
    count = other.count
    carry = other.carry
    elements = other.elements
    outputs = other.outputs
    bodyCaptures = other.bodyCaptures
    conditionCaptures = other.conditionCaptures
    stepsMade = other.stepsMade
    outputBytes = other.outputBytes
  }

  func copy() -> any PlanKernel { LoopKernel(self) }

  /// The arenas of body and condition, and a line for the condition's result.
  var scratchByteCount: Int {
    body.memory.arenaBytes + (condition.map { $0.memory.arenaBytes + 64 } ?? 0)
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let memory = memory(at: scratch)
    let state = carry.map { bases[$0] }
    var arguments = state + elements.map { bases[$0.value] } + bodyCaptures.map { bases[$0] }
    var results = state + outputs.map { bases[$0.value] }
    let asked = state + conditionCaptures.map { bases[$0] }
    let answer = [scratch + body.memory.arenaBytes]
    var steps = loop.stepCount
    if let count { steps = min(steps, Int(bases[count].load(as: Int64.self))) }
    var made = 0
    while made < steps {
      if let condition, let own = memory.condition {
        own.run(condition, arguments: asked, results: answer)
        if !answer[0].load(as: Bool.self) { break }
      }
      let step = loop.isReversed ? steps - 1 - made : made
      for (index, slices) in elements.enumerated() {
        arguments[carry.count + index] = bases[slices.value] + slices.offset + step * slices.step
      }
      for (index, slices) in outputs.enumerated() {
        results[carry.count + index] = bases[slices.value] + slices.offset + step * slices.step
      }
      memory.body.run(body, arguments: arguments, results: results)
      made += 1
    }
    finish(made, bases)
  }

  private func finish(_ made: Int, _ bases: UnsafePointer<UnsafeMutableRawPointer>) {
    if let stepsMade { bases[stepsMade].storeBytes(of: Int64(made), as: Int64.self) }
    if made == loop.stepCount { return }
    for (slices, byteCount) in zip(outputs, outputBytes) {
      let used = made * slices.step
      (bases[slices.value] + slices.offset + used).initializeMemory(
        as: UInt8.self, repeating: 0, count: byteCount - used)
    }
  }

  /// The memory of the plans inside `scratch`, which is the same at each run of one caller.
  private func memory(
    at scratch: UnsafeMutableRawPointer
  ) -> (body: PlanMemory, condition: PlanMemory?) {
    if let memory, memory.body.start == scratch { return memory }
    let made = (
      body: PlanMemory(body, at: scratch),
      condition: condition.map { PlanMemory($0, at: scratch + body.memory.arenaBytes + 64) }
    )
    memory = made
    return made
  }
}
