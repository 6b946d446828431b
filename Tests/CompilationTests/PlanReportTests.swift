import Foundation
import Myelin
import Testing

/// What a plan says of itself.
@Suite struct PlanReportTests {
  @Test func aLineForEachKernel() throws {
    let function = compile { (x: Tensor, w: Tensor) -> Tensor in relu(matmul(x, w)) }
    _ = function(.ones([8, 4]), .ones([4, 16]))
    let plan = try #require(function.plans.first)
    let lines = plan.description.split(separator: "\n")
    #expect(lines[0].hasPrefix("\(lines.count - 1) kernel"))
    #expect(lines.contains { $0.contains("[8, 4]") && $0.contains("[4, 16]") })
    #expect(plan.description.contains("1.02 kFLOP") && plan.description.contains("row-major"))
    #expect(plan.peakBytes >= 8 * 16 * 4)
  }

  @Test func aPlanThatNeedsTooMuchMemoryIsRefusedBeforeItRuns() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let function = compile { (x: Tensor) -> Tensor in
        sqrt(matmul(x.reshaped(to: [1 << 20, 1]), x.reshaped(to: [1, 1 << 20])).sum(along: 0)).sum()
      }
      _ = function(.ones([1 << 20]))
    }
    let printed = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(printed.contains("compile: the plan needs 4.0 TiB; "))
  }

  private struct TraceFile: Decodable {
    struct Event: Decodable {
      struct Arguments: Decodable {
        let name: String?
        let kernel: Int?
        let what: String?
      }

      let ph: String
      let pid: Int
      let tid: Int?
      let ts: Double?
      let dur: Double?
      let name: String
      let args: Arguments
    }

    let traceEvents: [Event]
  }

  /// The file is JSON; each kernel of each run is an event in it; those of a thread do not overlap.
  @Test func aTraceIsWrittenWhereTheProgramEnds() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      setenv("MYELIN_TRACE", "/dev/stdout", 1)
      let function = compile { (x: Tensor) -> Tensor in relu(matmul(x, x)).sum() }
      for _ in 0..<3 { _ = function(.ones([8, 8])) }
      let thread = Thread { _ = function(.ones([8, 8])) }
      thread.start()
      while !thread.isFinished { usleep(1000) }
      exit(0)
    }
    let printed = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let start = try #require(printed.firstRange(of: "{\"displayTimeUnit\""))
    let events = try JSONDecoder().decode(
      TraceFile.self, from: Data(printed[start.lowerBound...].utf8)
    ).traceEvents
    let named = events.filter { $0.ph == "M" }
    #expect(named.map(\.name) == ["process_name", "thread_name", "thread_name"])
    #expect(named.dropFirst().map(\.args.name) == ["caller 0", "caller 1"])
    let runs = events.filter { $0.ph == "X" }
    #expect(runs.count + named.count == events.count && runs.count % 4 == 0 && !runs.isEmpty)
    #expect(runs.filter { $0.tid == 1 }.count == runs.count / 4)
    #expect(Set(events.map(\.pid)).count == 1)
    for (event, next) in zip(runs, runs.dropFirst()) where event.tid == next.tid {
      let (start, length) = (try #require(event.ts), try #require(event.dur))
      #expect(try start + length <= #require(next.ts) + 0.001 && length >= 0)
      #expect(event.args.what?.isEmpty == false && event.args.kernel != nil)
    }
  }
}
