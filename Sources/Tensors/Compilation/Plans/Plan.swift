import Arrays
import Glibc
import Synchronization

/// A traced function made ready to run: its instructions as kernels in order, and a place in memory
/// for every value.
public final class Plan: Sendable {
  package let graph: Graph
  package let memory: MemoryPlan
  /// The kernel of each instruction.
  let kernels: [any PlanKernel]
  private let idle = Mutex<[PlanMemory]>([])

  /// Optimizes a traced graph and prepares it.
  package init(_ traced: Graph) {
    var graph = traced
    PassPipeline.run(&graph)
    self.graph = graph
    let sharing = BufferSharing(graph)
    let factory = KernelFactory(graph, bases: sharing.representatives)
    kernels = graph.instructions.map { factory.kernel(for: $0) }
    memory = MemoryPlan(graph, sharing, scratchBytes: kernels.map(\.scratchByteCount))
    if getenv("MYELIN_PLAN") != nil { print(description) }
  }

  /// Memory that a run takes beside its arguments: the arena and the results.
  public var peakBytes: Int {
    let results = zip(graph.results, graph.replaced).filter { $0.1 == nil }.map(\.0)
    return memory.arenaBytes + results.reduce(0) { $0 + graph.values[$1].byteCount }
  }

  /// Runs on arguments that lie at `arguments`, row-major, and writes the results to `results`. The
  /// two are the same address for state that the plan changes.
  func run(arguments: [UnsafeMutableRawPointer], results: [UnsafeMutableRawPointer]) {
    let own = idle.withLock { $0.popLast() } ?? PlanMemory(self)
    own.run(self, arguments: arguments, results: results)
    idle.withLock { $0.append(own) }
  }
}

/// What one caller of a plan needs for itself while it runs: callers at the same time have one each.
final class PlanMemory: @unchecked Sendable {
  /// The arena, where it is no part of another's.
  private let arena: Storage?
  /// Where the arena starts.
  let start: UnsafeMutableRawPointer
  private let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let scratch: [UnsafeMutableRawPointer]
  private let kernels: [any PlanKernel]
  /// The values that lie in each argument's memory, and in each result's.
  private let inputValues: [(value: Int, input: Int)]
  private let resultValues: [(value: Int, result: Int)]

  /// Memory of its own, or the part of another plan's arena that starts at `place`.
  init(_ plan: Plan, at place: UnsafeMutableRawPointer? = nil) {
    let arena = place == nil ? Storage(byteCount: plan.memory.arenaBytes) : nil
    guard let start = place ?? arena?.pointer else { stop("compile: a plan without memory") }
    self.arena = arena
    self.start = start
    kernels = plan.kernels.map { $0.copy() }
    scratch = plan.memory.scratchOffsets.map { start + $0 }
    bases = .allocate(capacity: max(plan.graph.values.count, 1))
    bases.initialize(repeating: start, count: plan.graph.values.count)
    var inputValues: [(Int, Int)] = []
    var resultValues: [(Int, Int)] = []
    for (value, place) in plan.memory.places.enumerated() {
      switch place {
      case .input(let input): inputValues.append((value, input))
      case .result(let result): resultValues.append((value, result))
      case .arena(let offset): bases[value] = start + offset
      case .constant, .nowhere: break
      }
      if case .constant(let array) = plan.graph.values[value].origin {
        bases[value] = array.rawPointer
      }
    }
    self.inputValues = inputValues
    self.resultValues = resultValues
  }

  deinit { bases.deallocate() }

  func run(
    _ plan: Plan, arguments: [UnsafeMutableRawPointer], results: [UnsafeMutableRawPointer]
  ) {
    for (value, input) in inputValues { bases[value] = arguments[input] }
    for (value, result) in resultValues { bases[value] = results[result] }
    let copies = plan.memory.copies
    for index in kernels.indices {
      if !copies.isEmpty, let needed = copies[index] {
        for copy in needed { move(copy.source, to: bases[copy.destination], plan) }
      }
      kernels[index].run(bases, scratch: scratch[index])
    }
    for commit in plan.memory.commits { move(commit.value, to: results[commit.result], plan) }
  }

  private func move(_ value: Int, to destination: UnsafeMutableRawPointer, _ plan: Plan) {
    destination.copyMemory(from: bases[value], byteCount: plan.graph.values[value].byteCount)
  }
}
