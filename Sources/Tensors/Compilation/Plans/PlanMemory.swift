import Arrays

/// What one caller of a plan needs for itself while it runs; callers at the same time have one each.
final class PlanMemory: @unchecked Sendable {
  /// The arena, where it is no part of another's.
  private let arena: Storage?
  /// Where the arena starts.
  let start: UnsafeMutableRawPointer
  /// The address of each value.
  private let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let scratch: [UnsafeMutableRawPointer]
  private let kernels: [any PlanKernel]
  /// The values that lie in each argument's memory, and in each result's.
  private let inputValues: [(value: Int, input: Int)]
  private let resultValues: [(value: Int, result: Int)]
  /// The instruction that makes each kept value, and the contents of which it was made last.
  private let keptMakers: [Int]
  private var keptStamps: [UInt64]
  /// Instructions that a run leaves out, because what they make is there already.
  private var isLeftOut: [Bool]

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
    keptMakers = plan.graph.kept.map { kept in
      plan.graph.instructions.firstIndex { $0.outputs.contains { $0.value == kept.value } } ?? 0
    }
    keptStamps = Array(repeating: 0, count: keptMakers.count)
    isLeftOut = Array(repeating: false, count: kernels.count)
  }

  deinit { bases.deallocate() }

  /// Runs the plan as a part of another's kernel.
  func run(
    _ plan: Plan, arguments: [UnsafeMutableRawPointer], results: [UnsafeMutableRawPointer]
  ) {
    bind(arguments: arguments, results: results)
    run(plan)
    commit(plan, results: results)
  }

  /// Takes the addresses of a call's arguments and results.
  func bind(arguments: [UnsafeMutableRawPointer], results: [UnsafeMutableRawPointer]) {
    for (value, input) in inputValues { bases[value] = arguments[input] }
    for (value, result) in resultValues { bases[value] = results[result] }
  }

  /// Leaves out what makes kept values of contents that it has seen: stamps by the number of the
  /// kept value.
  func leaveOut(madeOf stamps: [UInt64]) {
    for (number, maker) in keptMakers.enumerated() {
      isLeftOut[maker] = keptStamps[number] == stamps[number]
    }
  }

  /// Notes of what contents the kept values are now.
  func keep(_ stamp: (Int) -> UInt64) {
    for number in keptStamps.indices { keptStamps[number] = stamp(number) }
  }

  func run(_ plan: Plan) {
    let hasCopies = !plan.memory.copies.isEmpty
    for index in kernels.indices where !isLeftOut[index] {
      if hasCopies { copyFirst(plan, index) }
      kernels[index].run(bases, scratch: scratch[index])
    }
  }

  /// The same with a look at the clock after each kernel.
  func runMeasured(_ plan: Plan, _ profile: Int) {
    guard let profiler = Profiler.shared else { return run(plan) }
    var times = [Profiler.now()]
    for index in kernels.indices {
      if !isLeftOut[index] {
        copyFirst(plan, index)
        kernels[index].run(bases, scratch: scratch[index])
      }
      times.append(Profiler.now())
    }
    profiler.record(profile, times)
  }

  /// Copies what the instruction will change though others read it later.
  private func copyFirst(_ plan: Plan, _ instruction: Int) {
    guard let copies = plan.memory.copies[instruction] else { return }
    for copy in copies { move(copy.source, to: bases[copy.destination], plan) }
  }

  /// Copies the results that were computed elsewhere to their places.
  func commit(_ plan: Plan, results: [UnsafeMutableRawPointer]) {
    for commit in plan.memory.commits { move(commit.value, to: results[commit.result], plan) }
  }

  private func move(_ value: Int, to destination: UnsafeMutableRawPointer, _ plan: Plan) {
    destination.copyMemory(from: bases[value], byteCount: plan.graph.values[value].byteCount)
  }
}
