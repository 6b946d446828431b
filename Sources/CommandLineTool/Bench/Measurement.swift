import Arrays
import CPUBackend
import Foundation
import Myelin

/// What a workload's timing gave.
struct Measurement: Encodable {
  let workload: String
  /// What was timed: a training step or a forward pass.
  let pass: String
  let mode: ExecutionMode
  /// The number of examples.
  let batch: Int
  let threads: Int
  /// Milliseconds a step, or a pass: the median and the minimum of the repetitions.
  let medianMilliseconds: Double
  let minimumMilliseconds: Double
  /// 10⁹ floating-point operations in the products and convolutions of a step.
  let gigaoperations: Double
  /// 10⁹ operations a second in the median step.
  let gigaflops: Double
  /// The best rate of a float32 matrix product in the same run.
  let peakGigaflops: Double
  /// The most memory that the process has held during the workload.
  let peakResidentMegabytes: Double

  enum CodingKeys: String, CodingKey {
    case workload, pass, mode, batch, threads
    case medianMilliseconds = "median_ms"
    case minimumMilliseconds = "min_ms"
    case gigaoperations = "gflop"
    case gigaflops = "gflops"
    case peakGigaflops = "peak_gflops"
    case peakResidentMegabytes = "peak_rss_mb"
  }

  /// Times `repetitions` repetitions of a workload, after three steps that are not counted.
  init(
    _ workload: Workload, _ pass: Pass, _ mode: ExecutionMode, repetitions: Int,
    peakGigaflops: Double
  ) {
    MemoryPool.shared.releaseKept()
    ResidentMemory.resetPeak()
    let body = workload.makeBody(pass, mode)
    for _ in 0..<3 { _ = body() }
    let iterations: Int
    switch pass {
    case .training:
      iterations = workload.iterations
      batch = workload.batch
      gigaoperations = workload.operations.training(batch: batch) / 1e9
    case .inference(let examples):
      iterations = max(1, Int(0.2 / Measurement.seconds(of: 1, body)))
      batch = examples
      gigaoperations = workload.operations.inference(batch: batch) / 1e9
    }
    let seconds = (0..<repetitions).map { _ in Measurement.seconds(of: iterations, body) }.sorted()
    self.workload = workload.name
    self.pass = pass.name
    self.mode = mode
    threads = ThreadTeam.size
    medianMilliseconds = seconds[seconds.count / 2] * 1e3
    minimumMilliseconds = seconds[0] * 1e3
    gigaflops = gigaoperations / seconds[seconds.count / 2]
    self.peakGigaflops = peakGigaflops
    peakResidentMegabytes = ResidentMemory.peakMegabytes
  }

  /// The mean time of one of `iterations` calls.
  private static func seconds(of iterations: Int, _ body: () -> Tensor) -> Double {
    let time = ContinuousClock().measure { for _ in 0..<iterations { _ = body() } }
    return time / .seconds(1) / Double(iterations)
  }

  /// The best rate, in 10⁹ operations a second, of float32 matrix products of several sizes: the
  /// limit of what arithmetic can reach here.
  static func peakRate() -> Double {
    var random = RandomSource(seed: 0)
    var best = 0.0
    let clock = ContinuousClock()
    for size in [256, 512, 1024, 2048] {
      let a = random.uniform([size, size])
      let b = random.uniform([size, size])
      let operations = 2 * Double(size * size * size)
      _ = matmul(a, b)
      for _ in 0..<5 {
        let repetitions = max(1, Int(2e9 / operations))
        let time = clock.measure { for _ in 0..<repetitions { _ = matmul(a, b) } }
        best = max(best, operations * Double(repetitions) / (time / .seconds(1)) / 1e9)
      }
    }
    return best
  }
}

/// The resident memory of the process, as Linux counts it.
enum ResidentMemory {
  /// Lets the peak start anew from what is held now, where the system allows it.
  static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The most that has been held since the start or the last reset, in MB (2²⁰ bytes).
  static var peakMegabytes: Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first,
      let number = Double(kilobytes)
    else { return 0 }
    return number / 1024
  }
}
