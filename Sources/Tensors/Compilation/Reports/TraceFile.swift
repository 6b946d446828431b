import Glibc

/// A file in the JSON form of Chrome's trace event format, as Perfetto and chrome://tracing read it.
///
/// Each run of a kernel is a complete event (`ph` X, times in microseconds) on the thread that ran the
/// plan; metadata events (`ph` M) name the process and its threads.
struct TraceFile {
  /// One run of one kernel; nanoseconds of the monotonic clock.
  struct Event {
    let plan: Int
    let kernel: Int
    /// The threads are numbered from 0.
    let thread: Int
    let start: UInt64
    let length: UInt64
  }

  let events: [Event]
  let threadCount: Int
  /// The kernels of each plan.
  let plans: [[KernelSummary]]

  /// Writes the file; says what failed.
  func write(to path: String) -> String? {
    guard let file = fopen(path, "w") else {
      return "cannot be written: \(String(cString: strerror(errno)))"
    }
    let process = "\"pid\":\(getpid())"
    let words = plans.map { $0.map { (TraceFile.quoted($0.name), TraceFile.quoted("\($0)")) } }
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file)
    fputs(
      "{\"ph\":\"M\",\(process),\"name\":\"process_name\",\"args\":{\"name\":"
        + "\(TraceFile.quoted(CommandLine.arguments.first ?? "myelin"))}}", file)
    for thread in 0..<threadCount {
      fputs(
        ",\n{\"ph\":\"M\",\(process),\"tid\":\(thread),\"name\":\"thread_name\","
          + "\"args\":{\"name\":\"caller \(thread)\"}}", file)
    }
    for event in events {
      let (name, summary) = words[event.plan][event.kernel]
      fputs(
        ",\n{\"ph\":\"X\",\(process),\"tid\":\(event.thread),"
          + "\"ts\":\(TraceFile.microseconds(event.start)),"
          + "\"dur\":\(TraceFile.microseconds(event.length)),"
          + "\"name\":\(name),\"cat\":\"plan \(event.plan)\","
          + "\"args\":{\"kernel\":\(event.kernel),\"what\":\(summary)}}", file)
    }
    fputs("\n]}\n", file)
    let isWhole = ferror(file) == 0
    return fclose(file) == 0 && isWhole ? nil : "was not written whole"
  }

  /// With three digits after the point, never in scientific notation.
  private static func microseconds(_ nanoseconds: UInt64) -> String {
    let rest = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// A string of JSON.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
