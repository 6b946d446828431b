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

  private struct Event {
    let plan: Int
    let kernel: Int
    let thread: Int32
    let start: UInt64
    let length: UInt64
  }

  private struct State {
    var records: [Record] = []
    var events: [Event] = []
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
    let thread = Int32(truncatingIfNeeded: pthread_self())
    state.withLock { state in
      state.records[plan].runs += 1
      for kernel in 0..<times.count - 1 {
        let length = times[kernel + 1] - times[kernel]
        state.records[plan].nanoseconds[kernel] += length
        state.records[plan].shortest[kernel] = min(state.records[plan].shortest[kernel], length)
        if tracePath != nil && state.events.count < Profiler.mostEvents {
          state.events.append(
            Event(
              plan: plan, kernel: kernel, thread: thread, start: times[kernel], length: length))
        }
      }
    }
  }

  private func finish() {
    let (records, events) = state.withLock { ($0.records, $0.events) }
    if profiles { for record in records where record.runs > 0 { printTable(record) } }
    if let tracePath { writeTrace(events, records, to: tracePath) }
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

  /// Complete events, microseconds.
  private func writeTrace(_ events: [Event], _ records: [Record], to path: String) {
    guard let file = fopen(path, "w") else {
      complain("\(path) cannot be written: \(String(cString: strerror(errno)))")
      return
    }
    let process = getpid()
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file)
    for (number, event) in events.enumerated() {
      let summary = records[event.plan].summaries[event.kernel]
      fputs(
        "\(number == 0 ? "" : ",\n"){\"ph\":\"X\",\"pid\":\(process),\"tid\":\(event.thread),"
          + "\"ts\":\(Double(event.start) / 1e3),\"dur\":\(Double(event.length) / 1e3),"
          + "\"name\":\"\(summary.name)\",\"cat\":\"plan \(event.plan)\","
          + "\"args\":{\"kernel\":\(event.kernel),\"what\":\"\(summary)\"}}", file)
    }
    fputs("\n]}\n", file)
    let isWhole = ferror(file) == 0
    if fclose(file) != 0 || !isWhole {
      complain("\(path) was not written whole")
    }
  }

  private func complain(_ message: String) {
    let line = "MYELIN_TRACE: \(message)\n"
    _ = line.withCString { Glibc.write(2, $0, strlen($0)) }
  }
}
