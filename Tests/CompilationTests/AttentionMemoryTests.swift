import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// Attention that is walked in blocks needs memory for some of them at a time, compiled as well.
@Suite struct AttentionMemoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var isCausal = false
    var window: Int?
    var hasMask = false
    var groups = 1
  }

  static let all = [
    Case(testDescription: "every key"),
    Case(testDescription: "causal", isCausal: true),
    Case(testDescription: "a window", isCausal: true, window: 300),
    Case(testDescription: "a mask of keys", isCausal: true, hasMask: true),
    Case(testDescription: "grouped heads", isCausal: true, groups: 2),
  ]

  /// Bytes of a plan for the gradient of attention with 8 heads of 32.
  private static func peakBytes(_ x: Case, time: Int) -> Int {
    let shapes: [Shape] = [
      [1, 8, time, 32], [1, 8 / x.groups, time, 32], [1, 8 / x.groups, time, 32],
      [1, 8, time, 32], [1, 1, 1, time],
    ]
    let graph = traced(shapes) { arguments in
      gradient(of: Array(arguments[..<3])) { heads in
        let mixed = scaledDotProductAttention(
          heads[0], heads[1], heads[2], mask: x.hasMask ? arguments[4] : nil, isCausal: x.isCausal,
          window: x.window)
        return (mixed * arguments[3]).sum()
      }
    }
    return Plan(graph).peakBytes
  }

  @Test(arguments: all) func growsWithTheLengthAndNotWithItsSquare(_ x: Case) {
    let (short, long) = (
      AttentionMemoryTests.peakBytes(x, time: 1_024), AttentionMemoryTests.peakBytes(x, time: 4_096)
    )
    #expect(Double(long) < 4.4 * Double(short), "\(short >> 10) KiB, then \(long >> 10) KiB")
  }

  /// A whole layer, whose steps give what they give eagerly.
  @Test func aLayersStep() {
    let layer = MultiHeadAttention(128, heads: 8)
    @Sendable func slopes(_ x: Tensor) -> Tensor {
      gradient(of: x) { (x: Tensor) in square(layer(x, isCausal: true)).sum() }
    }
    let step = compile(slopes)
    var random = RandomSource(seed: 5)
    for time in [768, 1_536] {
      let x = random.normal([1, time, 128])
      let expected = slopes(x)
      let scale = expected.floats.map(abs).max() ?? 0
      expectClose(
        actual: step(x).floats, expected: expected.floats, shape: x.shape,
        absolute: 1e-4 * Double(scale), relative: 1e-4)
    }
    let bytes = step.plans.map(\.peakBytes).sorted()
    #expect(Double(bytes[1]) < 2.6 * Double(bytes[0]), "\(bytes)")
  }
}
