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
}
