import Arrays
import Glibc
import Synchronization

/// Times of kernels, for `MYELIN_PROFILE` and `MYELIN_TRACE`.
///
/// `MYELIN_PROFILE=1` prints, when the program ends, where the time of each plan went;
/// `MYELIN_TRACE=file.json` writes every kernel of every run as an event in Chrome's trace format,
/// which Perfetto and chrome://tracing show.
final class Profiler: Sendable {
  /// nil where neither was asked for: then nothing is measured.
  static let shared: Profiler? = {
    let profiles = getenv("MYELIN_PROFILE").map { String(cString: $0) != "0" } ?? false
    let path = getenv("MYELIN_TRACE").map { String(cString: $0) }
    if !profiles && path == nil { return nil }
    atexit { Profiler.shared?.finish() }
    return Profiler(profiles: profiles, tracePath: path)
  }()

  private struct Record {
    let summaries: [KernelSummary]
    var nanoseconds: [UInt64]
    var shortest: [UInt64]
    var runs = 0
  }

  private struct State {
    var records: [Record] = []
    var events: [TraceFile.Event] = []
    var leftOut = 0
    /// The threads that ran plans, in the order of their first runs.
    var threads: [pthread_t] = []

    mutating func number(of thread: pthread_t) -> Int {
      if let known = threads.firstIndex(where: { pthread_equal($0, thread) != 0 }) { return known }
      threads.append(thread)
      return threads.count - 1
    }
  }

  private let profiles: Bool
  private let tracePath: String?
  private let state = Mutex(State())
  /// So many events make a file of some 100 MB; later ones are left out.
  private static let mostEvents = 1_000_000

  private init(profiles: Bool, tracePath: String?) {
    self.profiles = profiles
    self.tracePath = tracePath
  }

  /// A number for a plan of such kernels.
  func add(_ summaries: [KernelSummary]) -> Int {
    state.withLock { state in
      state.records.append(
        Record(
          summaries: summaries, nanoseconds: Array(repeating: 0, count: summaries.count),
          shortest: Array(repeating: .max, count: summaries.count)))
      return state.records.count - 1
    }
  }

  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// One run of a plan: when each kernel began, and when the last ended.
  func record(_ plan: Int, _ times: [UInt64]) {
    state.withLock { state in
      let thread = state.number(of: pthread_self())
      state.records[plan].runs += 1
      for kernel in 0..<times.count - 1 {
        let length = times[kernel + 1] - times[kernel]
        state.records[plan].nanoseconds[kernel] += length
        state.records[plan].shortest[kernel] = min(state.records[plan].shortest[kernel], length)
        if tracePath == nil { continue }
        if state.events.count == Profiler.mostEvents {
          state.leftOut += 1
        } else {
          state.events.append(
            TraceFile.Event(
              plan: plan, kernel: kernel, thread: thread, start: times[kernel], length: length))
        }
      }
    }
  }

  private func finish() {
    let state = state.withLock { $0 }
    if profiles { for record in state.records where record.runs > 0 { printTable(record) } }
    guard let tracePath else { return }
    let trace = TraceFile(
      events: state.events, threadCount: state.threads.count,
      plans: state.records.map(\.summaries))
    let failure = trace.write(to: tracePath)
    for words in [failure, state.leftOut > 0 ? "\(state.leftOut) later events left out" : nil] {
      if let words { complain("\(tracePath): \(words)") }
    }
  }

  private func printTable(_ record: Record) {
    let total = record.nanoseconds.reduce(0, +)
    print(
      "\n\(record.runs) runs, \(Profiler.milliseconds(total, record.runs)) ms each ("
        + "\(Profiler.milliseconds(record.shortest.reduce(0, +), 1)) at best); by kernel: "
        + "milliseconds a run, mean and least; share; GFLOP/s")
    let order = record.summaries.indices.sorted {
      record.nanoseconds[$0] > record.nanoseconds[$1]
    }
    for index in order {
      let mean = Double(record.nanoseconds[index]) / Double(record.runs)
      let summary = record.summaries[index]
      let rate = summary.floatingPointOperations / max(mean, 1)
      let share = 100 * Double(record.nanoseconds[index]) / Double(max(total, 1))
      print(
        Profiler.padded(Profiler.milliseconds(record.nanoseconds[index], record.runs), 9),
        Profiler.padded(Profiler.milliseconds(record.shortest[index], 1), 9),
        Profiler.padded(Profiler.fixed(share, 1) + "%", 6),
        Profiler.padded(Profiler.fixed(rate, 0), 5), " \(index) \(summary)")
    }
  }

  private static func milliseconds(_ nanoseconds: UInt64, _ runs: Int) -> String {
    fixed(Double(nanoseconds) / Double(runs) / 1e6, 4)
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    withVaList([value]) { arguments in
      var buffer = [CChar](repeating: 0, count: 64)
      let length = vsnprintf(&buffer, buffer.count, "%.\(digits)f", arguments)
      return String(decoding: buffer.prefix(Int(length)).map(UInt8.init), as: UTF8.self)
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func complain(_ message: String) {
    let line = "MYELIN_TRACE: \(message)\n"
    _ = line.withCString { Glibc.write(2, $0, strlen($0)) }
  }
}
