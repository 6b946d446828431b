import Arrays
import CPUBackend
import Glibc
import Myelin

/// Products of packed operands against the libraries' on the shapes of training (record 20): in
/// GFLOP/s, on one thread and on all.
enum PackedProductBenchmarks {
  /// [m, k] · [k, n]: what a layer's three products are.
  private enum Role: String {
    /// x · Wᵀ, the weight packed.
    case forward
    /// dy · W, the weight packed for the forward product.
    case backwardInput = "by input"
    /// xᵀ · dy, a packed gradient.
    case backwardWeight = "by weight"
  }

  private static let layers: [(name: String, rows: Int, input: Int, output: Int)] = [
    ("mlp", 128, 784, 512), ("mlp", 128, 512, 256), ("mlp_big", 512, 1024, 2048),
    ("mlp_big", 512, 2048, 2048), ("lstm step", 32, 256, 1024), ("lstm", 2048, 256, 1024),
    ("gpt", 2048, 256, 768), ("gpt", 2048, 256, 1024), ("gpt", 2048, 1024, 256),
    ("cnn", 128, 9216, 128), ("cnn", 1, 9216, 128), ("xor", 4, 2, 4),
  ]

  static func run() {
    var random = RandomSource(seed: 0)
    for layer in layers {
      let roles: [Role] =
        layer.rows > 32 ? [.forward, .backwardInput, .backwardWeight] : [.forward]
      for role in roles {
        let (m, k, n) =
          switch role {
          case .forward: (layer.rows, layer.input, layer.output)
          case .backwardInput: (layer.rows, layer.output, layer.input)
          case .backwardWeight: (layer.input, layer.rows, layer.output)
          }
        let name = "\(layer.name) \(role.rawValue) \(m)×\(k)×\(n)"
        compare(name, role, m: m, k: k, n: n, random: &random)
      }
    }
    attention(&random)
  }

  private static func compare(
    _ name: String, _ role: Role, m: Int, k: Int, n: Int, random: inout RandomSource
  ) {
    let isTransposed = role == .backwardWeight
    let a = random.uniform(isTransposed ? [k, m] : [m, k]).array
    let left = Layout(shape: [m, k], strides: isTransposed ? [1, m] : [k, 1])
    // The weight [out, in] is [n, k] going forward and [k, n] going back.
    let b = random.uniform(role == .forward ? [n, k] : [k, n]).array
    let right = Layout(shape: [k, n], strides: role == .forward ? [1, k] : [n, 1])
    let packed = packedWeight(b, role, k: k, n: n)
    let product = PackedProduct(
      m: m, n: n, k: k, aStrides: (left.strides[0], left.strides[1]),
      b: role == .forward
        ? .packed : role == .backwardInput ? .packedTranspose : .plain(.rowMajor(stride: n)),
      c: isTransposed ? .packed : .rowMajor(stride: n))
    let result = NDArray(uninitialized: Layout(contiguous: [m * (n + 32)]), .float32)
    let output = NDArray(uninitialized: Layout(contiguous: [m, n]), .float32)
    let (x, y) = (a.view(left), b.view(right))
    compare(name, product, a, isTransposed ? b : packed, result) {
      CPUBackend().matmul(x, y, bias: nil, into: output)
    }
  }

  /// The weight in the order of the forward product.
  private static func packedWeight(_ weight: NDArray, _ role: Role, k: Int, n: Int) -> NDArray {
    let shape =
      role == .forward ? PackedShape(depth: k, columns: n) : PackedShape(depth: n, columns: k)
    let packed = NDArray(uninitialized: Layout(contiguous: [shape.count]), .float32)
    withExtendedLifetime(weight) {
      shape.pack(
        weight.pointer(as: Float.self), .transposed(stride: role == .forward ? k : n),
        into: packed.pointer(as: Float.self))
    }
    return packed
  }

  /// Prints the rates of a product and of `library`, which does the same.
  private static func compare(
    _ name: String, _ product: PackedProduct, _ a: NDArray, _ b: NDArray, _ c: NDArray,
    library: () -> Void
  ) {
    let scratch = Storage(byteCount: product.scratchByteCount)
    let operations =
      2 * product.m * product.n * product.k * product.batches.outer * product.batches.inner
    withExtendedLifetime((a, b, c, scratch)) {
      let (x, y, z) = (
        a.pointer(as: Float.self), b.pointer(as: Float.self), c.pointer(as: Float.self)
      )
      let all = ThreadTeam.size
      defer { ThreadTeam.size = all }
      let rates = [1, all].map { threads in
        ThreadTeam.size = threads
        let seconds = alternate(repetitions: max(1, 40_000_000 / operations), threads: threads) {
          product.run(a: x, b: y, c: z, scratch: scratch.pointer)
        } and: {
          library()
        }
        let (own, other) = (Double(operations) / seconds.0, Double(operations) / seconds.1)
        return "\(threads): \(Int(own / 1e9)) packed, \(Int(other / 1e9)) library"
      }
      report(name, rates.joined(separator: "   "))
    }
  }

  /// Seconds that two things take at least, measured in turns: on one thread those that it was
  /// running, so that other programs disturb least.
  private static func alternate(
    repetitions: Int, threads: Int, _ first: () -> Void, and second: () -> Void
  ) -> (Double, Double) {
    let clock = threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
    func time(_ body: () -> Void) -> Double {
      let start = seconds(clock)
      for _ in 0..<repetitions { body() }
      return (seconds(clock) - start) / Double(repetitions)
    }
    var best = (Double.infinity, Double.infinity)
    for _ in 0..<20 { best = (min(best.0, time(first)), min(best.1, time(second))) }
    return best
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var now = timespec()
    clock_gettime(clock, &now)
    return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
  }

  /// Queries by keys and weights by values of 16 × 8 heads of 128 × 32, where a layer leaves them:
  /// [16, 128, 3, 8, 32].
  private static func attention(_ random: inout RandomSource) {
    let (batch, length, heads, width) = (16, 128, 8, 32)
    let row = 3 * heads * width
    let all = random.uniform([batch, length, 3, heads, width]).array
    let scores = random.uniform([batch, heads, length, length]).array
    let inputs = PackedBatches.Steps(outer: length * row, inner: width)
    let squares = PackedBatches.Steps(outer: heads * length * length, inner: length * length)
    let values = PackedBatches.Steps(outer: length * heads * width, inner: width)
    let byKeys = PackedProduct(
      m: length, n: length, k: width, aStrides: (row, 1), b: .plain(.transposed(stride: row)),
      c: .rowMajor(stride: length),
      batches: PackedBatches(outer: batch, inner: heads, a: inputs, b: inputs, c: squares))
    let byValues = PackedProduct(
      m: length, n: width, k: length, aStrides: (length, 1), b: .plain(.rowMajor(stride: row)),
      c: .rowMajor(stride: heads * width),
      batches: PackedBatches(outer: batch, inner: heads, a: squares, b: inputs, c: values))
    func operand(_ part: Int, isTransposed: Bool) -> NDArray {
      all.view(
        Layout(
          shape: isTransposed ? [batch, heads, width, length] : [batch, heads, length, width],
          strides: [length * row, width] + (isTransposed ? [1, row] : [row, 1]),
          offset: part * heads * width))
    }
    let result = NDArray(uninitialized: Layout(contiguous: scores.shape), .float32)
    let (queries, keys, third) = (
      operand(0, isTransposed: false), operand(1, isTransposed: true),
      operand(2, isTransposed: false)
    )
    compare("gpt queries by keys 128 × 128×32×128", byKeys, queries, keys, result) {
      CPUBackend().matmul(queries, keys, bias: nil, into: result)
    }
    let mixed = NDArray(
      uninitialized: Layout(contiguous: [batch, heads, length, width]), .float32)
    compare("gpt scores by values 128 × 128×128×32", byValues, scores, third, mixed) {
      CPUBackend().matmul(scores, third, bias: nil, into: mixed)
    }
  }
}
