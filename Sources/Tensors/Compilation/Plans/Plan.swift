import Arrays
import Glibc
import Synchronization

/// A traced function made ready to run: its instructions as kernels in order, and a place in memory
/// for every value.
///
/// Printing a plan shows what it does: see `description`. With `MYELIN_PLAN=1` in the environment
/// every plan is printed when it is made, with `MYELIN_PROFILE=1` where its time went when the
/// program ends, and with `MYELIN_TRACE=file.json` every kernel becomes an event of a trace for
/// Perfetto or chrome://tracing.
public final class Plan: Sendable {
  package let graph: Graph
  package let memory: MemoryPlan
  /// The kernel of each instruction.
  package let kernels: [any PlanKernel]
  let boundary: PlanBoundary
  package let keeping: Keeping
  /// What the callers that are not running now have left for the next ones.
  private let idle = Mutex<[PlanMemory]>([])
  /// What the plan is to the profiler; nil where nothing is measured.
  private let profile: Int?

  /// Optimizes a traced graph and prepares it. Stops where it needs more memory than the process
  /// may have.
  ///
  /// - Parameters:
  ///   - isPart: Whether it runs inside another plan, which calls it many times.
  ///   - isRefusable: Whether there must be memory for it.
  package init(_ traced: Graph, isPart: Bool = false, isRefusable: Bool = true) {
    var graph = traced
    PassPipeline.run(&graph, isPart: isPart)
    self.graph = graph
    let sharing = BufferSharing(graph)
    let factory = KernelFactory(graph, bases: sharing.representatives)
    kernels = graph.instructions.map { factory.kernel(for: $0) }
    memory = MemoryPlan(graph, sharing, scratchBytes: kernels.map(\.scratchByteCount))
    boundary = PlanBoundary(graph)
    keeping = Keeping(graph, changes: boundary.changes)
    profile = Profiler.shared?.add(graph.summaries)
    // The memory of a part is that of the plan around it.
    if !isPart, isRefusable, let refusal = MemoryLimit.refusal(of: peakBytes, for: "the plan") {
      stop("compile: \(refusal)")
    }
    if getenv("MYELIN_PLAN") != nil { print(description) }
  }

  /// Bytes that one run takes beside its arguments: for intermediate values and results. Known
  /// before the first run; callers at the same time take as much each.
  public var peakBytes: Int {
    memory.arenaBytes + boundary.ownResults.reduce(0) { $0 + graph.values[$1].byteCount }
  }

  /// Runs on arguments that lie at `arguments`, row-major, and writes the results to `results`. The
  /// two are the same address for state that the plan changes.
  ///
  /// `stamps` are those of the contents of `keeping.arguments`, and `stampsAfterRun` those that they
  /// have when the run is over.
  func run(
    arguments: [UnsafeMutableRawPointer], results: [UnsafeMutableRawPointer], stamps: [UInt64],
    stampsAfterRun: [UInt64]
  ) {
    let own = idle.withLock { $0.popLast() } ?? PlanMemory(self)
    own.bind(arguments: arguments, results: results)
    own.leaveOut(keeping, madeOf: stamps)
    if let profile {
      own.runMeasured(self, profile)
    } else {
      own.run(self)
    }
    own.commit(self, results: results)
    own.keep(stampsAfterRun)
    idle.withLock { $0.append(own) }
  }
}
