import Arrays
import CPUBackend
import Glibc
import Myelin

/// Causal attention of heads side by side in rows, [batch, time, 3 · heads · size] → [batch, time,
/// heads · size], compiled: forward, and with its gradient (record 26).
enum AttentionBenchmarks {
  private struct Shapes {
    let batch: Int
    let time: Int
    let heads: Int
    let size: Int

    /// Of queries by keys and scores by values, and four products of the same size back.
    func operations(_ products: Double) -> Double {
      products * 2 * Double(batch * heads * size) * Double(time * time)
    }

    func callAsFunction(_ projected: Tensor) -> Tensor {
      let parts = projected.reshaped(to: [batch, time, 3, heads, size]).permuted(2, 0, 3, 1, 4)
      let mask = Tensor.full([time, time], -.infinity).upperTriangle(offset: 1)
      let queries = parts[0] * (1 / Double(size).squareRoot())
      let scores = matmul(queries, parts[1].transposed(2, 3)) + mask
      return matmul(softmax(scores), parts[2]).transposed(1, 2)
        .reshaped(to: [batch, time, heads * size])
    }
  }

  static func run() {
    let all = [
      Shapes(batch: 16, time: 128, heads: 8, size: 32),
      Shapes(batch: 1, time: 128, heads: 8, size: 32),
      Shapes(batch: 4, time: 512, heads: 12, size: 64),
    ]
    for shapes in all { run(shapes) }
    for time in [1_024, 2_048, 4_096] { runLayer(time) }
  }

  /// A training step of one causal layer, eight heads of 64, on one sequence: bytes and time;
  /// attention alone beside it (`Scripts/attention_peers.py` times PyTorch's).
  private static func runLayer(_ time: Int) {
    var random = RandomSource(seed: 0)
    let layer = MultiHeadAttention(512, heads: 8)
    let x = random.normal([1, time, 512])
    let pool = MemoryPool.shared
    pool.releaseKept()
    let before = pool.statistics.bytesInUse
    let eager = Timing(windows: 3, repetitions: 1) {
      _ = gradient(of: layer) { square($0(x, isCausal: true)).mean() }
    }
    let peak = pool.statistics.peakBytesInUse - before
    report("layer of \(time) tokens, eager", "\(peak >> 10) KiB at most, \(eager.description)")
    let step = compile { (layer: MultiHeadAttention, x: Tensor) -> MultiHeadAttention in
      gradient(of: layer) { square($0(x, isCausal: true)).mean() }
    }
    let repeated = Timing(windows: 5, repetitions: 1) { _ = step(layer, x) }
    let bytes = step.plans[0].peakBytes
    report("the same, compiled", "\(bytes >> 10) KiB, \(repeated.description)")
    let heads = (0..<3).map { _ in random.normal([1, 8, time, 64]) }
    let forward = compile { (x: [Tensor]) -> Tensor in
      scaledDotProductAttention(x[0], x[1], x[2], isCausal: true)
    }
    report("attention alone", Timing(windows: 5, repetitions: 1) { _ = forward(heads) })
    let both = compile { (x: [Tensor]) -> [Tensor] in
      gradient(of: x) { scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true).sum() }
    }
    report("and gradient", Timing(windows: 5, repetitions: 1) { _ = both(heads) })
  }

  private static func run(_ shapes: Shapes) {
    var random = RandomSource(seed: 0)
    let width = shapes.heads * shapes.size
    let x = random.normal([shapes.batch, shapes.time, 3 * width])
    let cotangent = random.normal([shapes.batch, shapes.time, width])
    let forward = compile { (x: Tensor) in shapes(x) }
    let both = compile { (x: Tensor, cotangent: Tensor) -> Tensor in
      gradient(of: x) { (x: Tensor) in (shapes(x) * cotangent).sum() }
    }
    let name = "\(shapes.batch)×\(shapes.heads) heads of \(shapes.time)×\(shapes.size)"
    report("attention \(name)", rates(shapes.operations(2)) { _ = forward(x) })
    report("and gradient", rates(shapes.operations(6)) { _ = both(x, cotangent) })
  }

  /// On one thread, by the time that it was running, and on all.
  private static func rates(_ operations: Double, _ body: () -> Void) -> String {
    let all = ThreadTeam.size
    defer { ThreadTeam.size = all }
    return [1, all].map { threads in
      ThreadTeam.size = threads
      let clock = threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
      var best = Double.infinity
      for _ in 0..<30 {
        let start = seconds(clock)
        body()
        best = min(best, seconds(clock) - start)
      }
      let milliseconds = Double(Int(best * 1e5)) / 100
      return "\(threads): \(milliseconds) ms, \(Int(operations / best / 1e9)) GFLOP/s"
    }.joined(separator: "   ")
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var now = timespec()
    clock_gettime(clock, &now)
    return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
  }
}
