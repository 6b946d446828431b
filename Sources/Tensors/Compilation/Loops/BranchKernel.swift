import Arrays

/// Runs the plan of one of two branches, in memory that both share.
final class BranchKernel: PlanKernel, @unchecked Sendable {
  private struct Side {
    let plan: Plan
    let captures: [Int]
  }

  private let predicate: Graph.Operand
  private let first: Side
  private let second: Side
  private let results: [Int]
  private var memory: (first: PlanMemory, second: PlanMemory)?

  init(_ branch: Branch, _ instruction: Graph.Instruction) {
    predicate = instruction.inputs[0]
    let captures = instruction.inputs.dropFirst().map(\.value)
    let count = branch.first.captured.count
    first = Side(
      plan: Plan(branch.first.graph, isPart: true), captures: Array(captures.prefix(count)))
    second = Side(
      plan: Plan(branch.second.graph, isPart: true), captures: Array(captures.dropFirst(count)))
    results = instruction.outputs.map(\.value)
  }

  private init(_ other: BranchKernel) {
    predicate = other.predicate
    first = other.first
    second = other.second
    results = other.results
  }

  func copy() -> any PlanKernel { BranchKernel(self) }

  var scratchByteCount: Int { max(first.plan.memory.arenaBytes, second.plan.memory.arenaBytes) }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    if memory?.first.start != scratch {
      memory = (PlanMemory(first.plan, at: scratch), PlanMemory(second.plan, at: scratch))
    }
    guard let memory else { return }
    let isFirst = (bases[predicate.value] + predicate.layout.offset).load(as: Bool.self)
    let (side, own) = isFirst ? (first, memory.first) : (second, memory.second)
    own.run(
      side.plan, arguments: side.captures.map { bases[$0] }, results: results.map { bases[$0] })
  }
}
